from __future__ import annotations

import ast
import base64
import hashlib
import json
import uuid

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from jupyter_coding_agent.core.redaction import EMAIL, Redactor

# Made up, in the forms that their issuers give them; put together here, so that no scanner takes them for real ones.
UP, LOW, HEX = "A7K2M9QX4ZP6RT3W", "a1b2c3d4e5f6g7h8j9k0", "0123456789abcdef"
MIXED = "aB3dE5gH7jK9mN1pQ3sT5vW7yZ9bC2dF4gH6jK8mN0pQ2sT4"
JWT = ".".join(
    base64.urlsafe_b64encode(json.dumps(part).encode()).decode().rstrip("=")
    for part in ({"alg": "HS256", "typ": "JWT"}, {"sub": "1234567890", "name": "Ada"}, {"x": LOW})
)
PEM = (
    "-----BEGIN RSA " + "PRIVATE KEY-----\n" + f"{MIXED}{MIXED}\n" * 3 + "-----END RSA " + "PRIVATE KEY-----"
)
SECRETS = {
    "AWS access key": ("AKIA" + UP, "AWS key"),
    "AWS session key": ("ASIA" + UP, "AWS key"),
    "GitHub": ("ghp_" + MIXED[:36], "GitHub token"),
    "GitHub, of an app": ("ghs_" + MIXED[:36], "GitHub token"),
    "GitHub, fine-grained": ("github_pat_" + MIXED[:22] + "_" + MIXED + MIXED[:11], "GitHub token"),
    "GitLab": ("glpat-" + MIXED[:20], "GitLab token"),
    "OpenAI, old": ("sk-" + MIXED, "OpenAI key"),
    "OpenAI, project": ("sk-proj-" + MIXED + "_" + MIXED + "-x", "OpenAI key"),
    "OpenAI, service account": ("sk-svcacct-" + MIXED, "OpenAI key"),
    "DeepSeek": ("sk-" + HEX * 2, "API key"),
    "OpenRouter": ("sk-or-v1-" + HEX * 4, "API key"),
    "Anthropic": ("sk-ant-api03-" + MIXED + "-" + MIXED[:40] + "AA", "Anthropic key"),
    "Groq": ("gsk_" + MIXED + "wxYz", "Groq key"),
    "Hugging Face": ("hf_" + MIXED[:34], "Hugging Face token"),
    "Slack": ("xoxb-" + "123456789012-1234567890123-" + MIXED[:24], "Slack token"),
    "Slack, of an app": ("xapp-1-A0123456789-1234567890123-" + HEX * 4, "Slack token"),
    "Stripe": ("sk_" + "live_" + MIXED[:24], "Stripe key"),
    "Stripe, restricted": ("rk_" + "test_" + MIXED[:24], "Stripe key"),
    "Google": ("AIza" + "Sy" + MIXED[:33], "Google key"),
    "Google, client secret": ("GOCSPX-" + MIXED[:28], "Google key"),
    "Google, OAuth": ("ya29." + "a0" + MIXED, "Google key"),
    "JWT": (JWT, "token"),
    "Azure AD": ("aB3" + "8Q~" + MIXED[:34], "Azure key"),
    "npm": ("npm_" + MIXED[:36], "npm token"),
    "PyPI": ("pypi-" + "AgEIcHlwaS5vcmcC" + MIXED + MIXED, "PyPI token"),
    "SendGrid": ("SG." + MIXED[:22] + "." + MIXED[:43], "SendGrid key"),
    "Databricks": ("dapi" + HEX * 2, "Databricks token"),
    "DigitalOcean": ("dop_v1_" + HEX * 4, "DigitalOcean token"),
    "Vault": ("hvs." + MIXED, "Vault token"),
    "Telegram": ("123456789:AA" + MIXED[:33], "Telegram token"),
}
IN_TEXT = {
    "postgres URL": ("postgres://ada:s3cr3t!x@db.host:5432/sales", "s3cr3t!x"),
    "SQLAlchemy URL": ("postgresql+psycopg2://ada:p@ss%20w0rd@10.0.0.5/sales?sslmode=require", "p@ss%20w0rd"),
    "password only": ("redis://:f00bar9z@cache.internal:6379/0", "f00bar9z"),
    "ODBC": ("Driver={SQL Server};Server=db;Uid=ada;Pwd=Tr0ub4dor;", "Tr0ub4dor"),
    "ADO": ("Server=tcp:x,1433;User ID=ada;Password=Tr0ub4dor&3;Encrypt=yes", "Tr0ub4dor&3"),
    "libpq": ("host=db port=5432 user=ada password=hunter2 dbname=sales", "hunter2"),
    "Azure storage": (
        f"DefaultEndpointsProtocol=https;AccountName=a;AccountKey={MIXED}+/{MIXED[:36]}==;EndpointSuffix=x",
        MIXED,
    ),
    "Azure service bus": (
        f"Endpoint=sb://x/;SharedAccessKeyName=Root;SharedAccessKey={MIXED[:43]}=",
        MIXED[:43],
    ),
    "shared access signature": (f"https://a.blob.host/c?sv=2024&se=2026&sig={MIXED}%3D", MIXED),
    "bearer header": (f"Authorization: Bearer {MIXED}", MIXED),
    "basic header": ("Authorization: Basic YWRhOmh1bnRlcjI=", "YWRhOmh1bnRlcjI="),
    "curl's header": (f"curl -H 'Authorization: token {HEX}' https://x", HEX),
    "key in a query": (f"https://api.host/v1?key={MIXED[:32]}&q=1", MIXED[:32]),
    "option": ("mysql --user ada --password=hunter2 sales", "hunter2"),
    "environment": (f"export AWS_SECRET_ACCESS_KEY={MIXED[:40]}", MIXED[:40]),
    "dotenv": ("DB_PASSWORD=hunter2", "hunter2"),
    "YAML": ("database:\n  password: hunter2\n  host: x", "hunter2"),
    "JSON": ('{"user": "ada", "password": "correct horse"}', "correct horse"),
    "JSON in a string": (r'"{\"client_secret\": \"q8Wz3kLm92\"}"', "q8Wz3kLm92"),
    "Slack webhook": ("https://hooks.slack.com/" + "services/T00000000/B00000000/" + MIXED[:24], MIXED[:24]),
    "private key": (f"my key:\n{PEM}\nuse it", MIXED),
}
CODE = {
    "a name": 'api_key = "9f8e7d6c5b4a3210"',
    "a password of words": 'password = "correct horse battery staple"',
    "an annotated name": 'DB_PASSWORD: str = "9f8e7d6c5b4a3210"',
    "an attribute": 'config.clientSecret = "9f8e7d6c5b4a3210"',
    "a key": 'os.environ["OPENAI_API_KEY"] = "9f8e7d6c5b4a3210"',
    "an argument": 'connect("db", user="ada", password="9f8e7d6c5b4a3210")',
    "a dictionary": 'conn = {"user": "ada", "passwd": "9f8e7d6c5b4a3210"}',
    "a column": 'users = pd.DataFrame({"name": ["ada"], "password": ["9f8e7d6c5b4a3210"]})',
    "a default": 'def connect(host, *, token="9f8e7d6c5b4a3210abc"):\n    pass',
    "a fallback": 'secret_key = os.getenv("X") or "9f8e7d6c5b4a3210"',
    "a default of the environment": 'key = os.getenv("API_KEY", "9f8e7d6c5b4a3210")',
    "setenv": 'monkeypatch.setenv("APP_TOKEN", "9f8e7d6c5b4a3210abc")',
    "two at once": 'user, password = "ada", "9f8e7d6c5b4a3210"',
    "a comparison": 'ok = password == "9f8e7d6c5b4a3210"',
    "bytes": 'hmac_key = b"9f8e7d6c5b4a3210"',
    "wrapped": 'api_key = SecretStr("9f8e7d6c5b4a3210")',
    "in pieces": 'api_key = (\n    "9f8e7d6c"\n    "5b4a3210"\n)',
    "quotes of three": 'password = """9f8e7d6c5b4a3210"""',
    "a comment": "# the password is in here: password = '9f8e7d6c5b4a3210'\nx = 1",
    "after an escape": 'text = "user=ada\\npassword=9f8e7d6c5b4a3210\\nhost=x"',
    "a shell line": "!login --password 9f8e7d6c5b4a3210\nx = 1",
    "a magic": "%env API_KEY=9f8e7d6c5b4a3210\nx = 1",
    "behind other signs": 'é = "ü"; password = "9f8e7d6c5b4a3210"; ö = 1',
    "not Python": 'password = "9f8e7d6c5b4a3210" (',
}
SURVIVES = {
    "hash in a test": f'assert digest(x) == "{hashlib.sha256(b"x").hexdigest()}"',
    "MD5": f'expected_md5 = "{hashlib.md5(b"x").hexdigest()}"',
    "commit": 'sha = "f3faed7ab12c34d5e6f708192a3b4c5d6e7f8091"',
    "UUID": f'run_id = "{uuid.UUID(int=7)}"',
    "image": 'png = "data:image/png;base64,' + base64.b64encode(bytes(range(256)) * 4).decode() + '"',
    "URL": 'pd.read_csv("https://data.host:8080/a/b@2.csv?page=2&sort_key=name")',
    "URL of a package": '!pip install "git+https://github.com/org/pkg.git@v1.2.3"\n%cd x',
    "repository": 'remote = "git@github.com:org/pkg.git"',
    "URL made of names": 'url = f"postgresql://{user}:{password}@{host}/sales"',
    "header made of names": 'headers = {"Authorization": f"Bearer {token}"}',
    "environment": 'password = os.environ["DB_PASSWORD1"]\napi_key = getpass("API key: ")',
    "prompt": 'p = getpass("Password: "); connect(p, host="x1")',
    "columns": 'df = df.rename(columns={"password": "pw", "token": "token_text", "key": "id_2024"})',
    "column's name": 'df["password"].str.len(); df[["user", "password"]].groupby("api_key")',
    "schema": "CREATE = 'id int, password varchar, token text'",
    "types": "class User:\n    password: str\n    token: str = ''",
    "placeholder": 'api_key = "your-api-key-here"\npassword = "<password>"\ntoken = "xxxxxxxxxxxxxxxx"',
    "tokens of a tokenizer": 'eos_token = "</s>"\ntokenizer = "bert-base-uncased-2024"\nmax_tokens = "512"',
    "sort keys": 'sort_key = "created_at_2024"\nprimary_key = "order_id_00001234"\nkeys = ["a1"]',
    "classes of style": 'html = "sk-toggleable__content sk-estimator-doc-link-container-Fitted"',
    "addresses of nobody": 'assert is_email("ada@example.com") and not is_email("ada@host.test@x")',
    "decorator and product": "@app.route\ndef f(a, b):\n    return a @ b.transpose",
    "public key": "key = '-----BEGIN PUBLIC KEY-----'\nssh = 'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAA'",
    "price": 'stripe = "pk_live_publishable"; version = "2024-06-20"; time = "12:30@noon"',
}


@pytest.mark.parametrize("name", SECRETS)
def test_a_secret_of_a_known_form_is_taken_out_wherever_it_stands(name: str):
    secret, kind = SECRETS[name]
    for text in (
        f'key = "{secret}"',
        f"x = 'one {secret} two'",
        f'x = "line\\n{secret}\\nline"',
        f"# {secret}\nx = 1",
        f"!curl -u me:{secret} host",
    ):
        redactor = Redactor()
        redacted = redactor.source(text)
        assert secret not in redacted
        assert secret[8:20] not in redacted
        assert "<redacted: " in redacted
        assert redactor.found.total() == 1
    redactor = Redactor()
    assert redactor.text(f"Use {secret} for it.") == f"Use <redacted: {kind}> for it."
    assert redactor.found == {kind: 1}


@pytest.mark.parametrize("name", IN_TEXT)
def test_what_is_secret_in_a_text_is_taken_out_and_the_rest_stays(name: str):
    text, secret = IN_TEXT[name]
    redacted = Redactor().text(text)
    assert secret not in redacted
    assert redacted.startswith(text[:8])
    literal = f"x = {text!r}"
    in_code = Redactor().source(literal)
    assert secret not in in_code
    assert isinstance(ast.literal_eval(in_code.removeprefix("x = ")), str)


@pytest.mark.parametrize("name", CODE)
def test_what_a_name_says_is_secret_is_taken_out_of_code(name: str):
    source = CODE[name]
    redactor = Redactor()
    redacted = redactor.source(source)
    assert redactor.found.total() == 1
    for piece in ("9f8e7d6c", "5b4a3210", "horse"):
        assert piece not in redacted
    if name != "not Python":
        ast.parse(redacted.replace("!login", "# ").replace("%env", "# "))
    assert redacted.startswith(source[:4])


@pytest.mark.parametrize("name", SURVIVES)
def test_what_only_looks_like_it_stays_as_it_is(name: str):
    redactor = Redactor()
    assert redactor.source(SURVIVES[name]) == SURVIVES[name]
    assert redactor.text(SURVIVES[name]) == SURVIVES[name]
    assert redactor.summary() == ""


@pytest.mark.parametrize(
    "secret", ["$ecret1!", "%4Wd!x9", "p{ss w0rd", "myexample1", "<3cats", "*star*1", "[x1"]
)
def test_signs_in_a_password_do_not_make_it_a_placeholder(secret: str):
    assert secret not in Redactor().source(f"password = {secret!r}")
    if " " not in secret and secret[0] != "<":
        assert secret not in Redactor().text(f"mysql://ada:{secret}@db.host/x")


@pytest.mark.parametrize(
    "word", ["{password}", "$DB_PASSWORD", "${PW}", "%s", "%(pw)s", "***", "<password>", "[pw]"]
)
def test_what_stands_for_a_password_stays(word: str):
    for text in (f"password = '{word}'", f"mysql://ada:{word}@db.host/x"):
        assert Redactor().source(text) == text


def test_a_private_key_of_a_string_a_line_is_taken_out():
    lines = PEM.split("\n")
    source = "key = (\n" + "".join(f'    "{line}\\n"\n' for line in lines) + ")\nother = 'stays'"
    redacted = Redactor().source(source)
    assert MIXED[:16] not in redacted
    assert ast.parse(redacted)
    assert redacted.endswith("'stays'")


def test_an_address_becomes_one_of_nobody_and_the_same_for_the_same():
    redactor = Redactor()
    assert redactor.text("Write to ada@corp.io and Bob <bob@corp.io>.") == (
        "Write to redacted-1@example.com and Bob <redacted-2@example.com>."
    )
    assert redactor.source('to = "mailto:Ada@corp.io\\nbob@corp.io"') == (
        'to = "mailto:redacted-1@example.com\\nredacted-2@example.com"'
    )
    assert redactor.found == {EMAIL: 4}
    assert redactor.summary() == f"4 {EMAIL}es"


def test_words_of_a_request_that_are_no_secret_stay():
    for request in (
        "Check that a password is at least 8 characters long and has a digit",
        "Parse key: value lines; token: a word, secret: optional",
        "def login(user, password): ...",
        "Count tokens per document; key = lambda row: row.id",
        "The API key comes from the environment: api_key = os.environ['KEY_2']",
    ):
        assert Redactor().text(request) == request


def test_the_value_of_a_named_thing():
    redactor = Redactor()
    assert redactor.value("db_password", "swordfish") == "<redacted: password>"
    assert redactor.value("city", "Graz") == "Graz"
    assert redactor.value("city", "ghp_" + MIXED[:36]) == "<redacted: GitHub token>"
    assert redactor.summary() == "1 password, 1 GitHub token"


def test_what_has_been_redacted_is_left_alone():
    for source in CODE.values():
        once = Redactor().source(source)
        again = Redactor()
        assert again.source(once) == once
        assert again.summary() == ""


@settings(max_examples=60, deadline=None)
@given(
    st.text(max_size=60), st.sampled_from([secret for secret, _ in SECRETS.values()]), st.text(max_size=30)
)
def test_code_parses_whatever_stands_around_a_secret(before: str, secret: str, after: str):
    source = f"x = {before + secret + after!r}\npassword = {before!r}\ny = f{after!r} if 0 else {before!r}"
    try:
        ast.parse(source)
    except SyntaxError:
        return
    assert ast.parse(Redactor().source(source))

"""Patterns in the source: found where they are, not where something only looks like them, and never raising."""

from __future__ import annotations

import pytest

from jupyter_coding_agent.validation.languages.python.silent import failures
from tests.validation.silent_codes.all import CODES
from tests.work import calls_of


def found(text: str) -> list[tuple[str, int | None]]:
    return [(finding.kind, finding.line) for finding in failures({"solution.py": text})]


@pytest.mark.parametrize("code", CODES, ids=lambda code: code.name)
def test_the_labelled_codes(code):
    kinds = {kind for kind, _ in found(code.source)}
    if code.kind in ("chained_assignment", "leakage"):
        assert kinds == {code.kind}
    else:
        assert kinds <= {code.kind}


CHAINED = {
    "by a mask with a name": "mask = df['a'] > 1\ndf[mask]['b'] = 1",
    "by several masks": "df[(df.a > 1) & ~df.b.isna()]['b'] = 1",
    "of an attribute": "df = pd.read_csv('x')\ndf.a[df.a > 1] = 0",
    "in a column's loc": "df = pd.read_csv('x')\ndf['a'].loc[2] = 0",
    "of a query": "df = pd.DataFrame()\ndf.query('a > 1')['b'] = 0",
    "augmented": "df.iloc[0]['b'] += 1",
    "in one of several targets": "n, df.loc[0]['b'] = 1, 2",
    "in a branch": "if x:\n    for _ in y:\n        with z:\n            df.loc[0]['b'] = 1",
    "a slice by place": "top = df.iloc[:3]\ntop['rank'] = 1",
    "a slice of columns": "df = pd.read_csv('x')\npart = df[['a', 'b']]\npart['c'] = 1",
    "a slice, through loc": "sub = df[df['a'] > 1]\nsub.loc[:, 'b'] = 1",
    "in place in a slice": "df[df['a'] > 1]['b'].fillna(0, inplace=True)",
    "in place in some columns": "df[['a', 'b']].fillna(0, inplace=True)",
    "rows of iterrows": "for i, row in df.iterrows():\n    row['a'] = row['b'] + 1",
}
NOT_CHAINED = {
    "a dict of dicts": "table['a']['b'] = 1",
    "a dict by a name": "table[key]['b'] = 1",
    "a dict by a bool": "table[n > 1]['b'] = 1",
    "a dict of lists": "table['a'][0] = 1",
    "a json of an answer": "data = json.loads(text)\ndata['a']['b'] = 1",
    "a grid": "grid[1][2] = 3",
    "a mask of an array": "a[a > 1] = 0",
    "rows of an array": "b = a[a > 1]\nb[0] = 1",
    "a slice that is copied": "sub = df[df['a'] > 1].copy()\nsub['b'] = 1",
    "a slice that is copied later": "sub = df.loc[mask]\nsub = sub.copy()\nsub['b'] = 1",
    "a new table": "sub = df[df['a'] > 1].assign(b=1)\nsub['c'] = 1",
    "in place in the table": "df.fillna(0, inplace=True)",
    "rows that are collected": "for i, row in df.iterrows():\n    row['a'] = 1\n    rows.append(row)",
    "config by path": "config.sections['a']['b'] = 1",
}


@pytest.mark.parametrize("text", CHAINED.values(), ids=CHAINED)
def test_chained_assignment_is_found(text):
    assert {kind for kind, _ in found(text)} == {"chained_assignment"}


@pytest.mark.parametrize("text", NOT_CHAINED.values(), ids=NOT_CHAINED)
def test_what_only_looks_chained_is_not(text):
    assert found(text) == []


SKLEARN = "from sklearn import *\n"
SPLIT = "X_train, X_test, y_train, y_test = train_test_split(X, y)\n"
LEAKS = {
    "fitted, then transformed": ("s = MinMaxScaler()\ns.fit(X)\nX = s.transform(X)\n" + SPLIT, 3),
    "by a name and a frame": ("a = PCA(2).fit_transform(X)\nb = pd.DataFrame(a)\ntrain_test_split(b, y)", 2),
    "inside the call": ("train_test_split(StandardScaler().fit_transform(X), y)", 2),
    "into a column": ("df['a'] = SimpleImputer().fit_transform(df[['a']])\ntrain_test_split(df)", 2),
    "words": ("v = TfidfVectorizer()\nX = v.fit_transform(docs)\ncross_val_score(m, X, y)", 3),
    "selected by the target": ("X2 = SelectKBest(k=2).fit_transform(X, y)\ntrain_test_split(X2, y)", 2),
    "made rows": ("X, y = SMOTE().fit_resample(X, y)\n" + SPLIT, 2),
    "rows drawn twice": ("df = df.sample(frac=2, replace=True)\ntrain_test_split(df)", 2),
    "a model fitted on the test part": (SPLIT + "model.fit(X_test, y_test)", 3),
    "the frame with its target": ("y = df['y']\nX = df.copy()\n" + SPLIT, 3),
    "nothing of the target dropped": ("y = df['y']\nX = df.drop(columns=['id'])\n" + SPLIT, 3),
    "fitted with the target": ("model.fit(df, df['y'])", 2),
    "a mean by a name": (
        "m = df.groupby('c')['y'].mean()\ndf['e'] = df['c'].map(m)\ny = df['y']\nX = df[['e']]\n" + SPLIT,
        3,
    ),
    "lags, shuffled": (
        "df['l'] = df['v'].rolling(3).mean()\ndf = df.set_index('date')\ntrain_test_split(df)",
        4,
    ),
}
NO_LEAKS = {
    "after the split": SPLIT + "s = MinMaxScaler().fit(X_train)\nX_test = s.transform(X_test)",
    "a second split of the training part": SPLIT
    + "X_train = PCA().fit_transform(X_train)\na, b = train_test_split(X_train)",
    "another table": "a = PCA(2).fit_transform(Z)\nplot(a)\n" + SPLIT,
    "given anew": "X = PCA(2).fit_transform(X)\nX = load()\n" + SPLIT,
    "labels": "y = LabelEncoder().fit_transform(y)\n" + SPLIT,
    "a pipeline": "m = make_pipeline(PCA(), model)\ncross_val_score(m, X, y)",
    "a network": "net.fit(X)\nnet.fit(X_train_test, y)",
    "the target dropped": "y = df['y']\nX = df.drop('y', axis=1)\n" + SPLIT,
    "the target popped": "X = df\ny = X.pop('y')\n" + SPLIT,
    "the target deleted later": "y = df['y']\nX = df.copy()\ndel X['y']\n" + SPLIT,
    "all but the target": "y = df['y']\nX = df[[c for c in df if c != 'y']]\n" + SPLIT,
    "columns picked later": "y = df['y']\nct = ColumnTransformer([('n', PCA(), ['a'])])\ntrain_test_split(df, y)",
    "a mean of the training part": SPLIT
    + "m = train.groupby('c')['y'].mean()\ntrain['e'] = train['c'].map(m)",
    "a mean of something else": "df['e'] = df.groupby('c')['v'].transform('mean')\ny = df['y']\n"
    "X = df[['e']]\n" + SPLIT,
    "a bootstrap": "for _ in range(9):\n    means.append(resample(values).mean())",
    "fewer rows": "df = resample(df, n_samples=9, replace=False)\ntrain_test_split(df)",
    "in order": "df['l'] = df['v'].shift(1)\ndf = df.sort_values('date')\ntrain_test_split(df, shuffle=False)",
    "times without lags": "df['t'] = pd.to_datetime(df['t'])\ntrain_test_split(df)",
}


@pytest.mark.parametrize(("text", "line"), LEAKS.values(), ids=LEAKS)
def test_leaks_are_found_where_they_begin(text, line):
    assert found(SKLEARN + text) == [("leakage", line)]


@pytest.mark.parametrize("text", NO_LEAKS.values(), ids=NO_LEAKS)
def test_what_only_looks_like_a_leak_is_none(text):
    assert found(SKLEARN + text) == []


def test_leaks_are_only_sought_where_models_are_fitted():
    assert found("import tools\n" + LEAKS["inside the call"][0]) == []


@pytest.mark.parametrize(
    ("line", "is_found"),
    [
        ("!pip install -q nothing || true", True),
        ("!conda install nothing; true", True),
        ("os.system('pip install nothing')", True),
        ("!pip install nothing", False),
        ("# !pip install nothing || true", False),
        ("text = 'pip install nothing || true'", False),
    ],
)
def test_installs_that_may_fail_unseen(line, is_found):
    assert found(f"x = 1\n{line}\n") == ([("failed_install", 2)] if is_found else [])


@pytest.mark.parametrize(
    "text",
    [
        "",
        "def (",
        "\0",
        "\ud800 = 1",
        "x = " + "(" * 5000 + ")" * 5000,
        "x = " + "-" * 50_000 + "1",
        "df" + "['a']" * 20_000 + " = 1",
        "df" + ".drop('a')" * 15_000,
        "x = " + "a + " * 40_000 + "a",
        "df = " + "(df > 1) & " * 15_000 + "df",
        SKLEARN + "train_test_split(" * 3000 + ")" * 3000,
        SKLEARN + "\n".join("X = PCA().fit_transform(X); train_test_split(X, y)" for _ in range(3500)),
        SKLEARN + "y = df['y']\n" * 15_000,
        "!pip " + "x " * 90_000 + "install",
        "if x:\n" + "".join(" " * depth + "if x:\n" for depth in range(1, 99)) + " " * 99 + "pass",
        "x" * 1_000_000,
    ],
    ids=range(16),
)
def test_strange_sources_are_read_with_bounded_work(text):
    assert calls_of(failures, {"solution.py": text}) < 10_000_000

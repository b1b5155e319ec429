"""Code that fails silently as people write it, labelled before it was judged."""

from __future__ import annotations

from tests.validation.silent_codes.code import SKLEARN, Code

EVERYDAY_SILENT = [
    Code(
        "wrong share by index",
        "missing_values",
        """
def share(df):
    totals = df.groupby("shop")["sold"].sum()
    return df.assign(share=df["sold"] / totals)
""",
        'assert "share" in share(pd.DataFrame({"shop":list("aab"),"sold":[1,3,2]}))',
    ),
    Code(
        "outer merge compare without fill",
        "missing_values",
        """
def diff(a, b):
    m = a.merge(b, on="k", how="outer", suffixes=("_a", "_b"))
    m["d"] = m["v_b"] - m["v_a"]
    return m
""",
        """a=pd.DataFrame({"k":[1,2],"v":[1,2]});b=pd.DataFrame({"k":[2,3],"v":[5,6]})
assert diff(a,b)["d"].tolist()[1]==3""",
    ),
    Code(
        "merge twice same dim table with key dup",
        "row_count",
        """
def routes(flights, airports):
    out = flights.merge(airports.rename(columns={"code": "src", "city": "from_city"}), on="src", how="left")
    return out.merge(airports.rename(columns={"code": "dst", "city": "to_city"}), on="dst", how="left")
""",
        """f=pd.DataFrame({"src":["A","B"],"dst":["B","A"]});a=pd.DataFrame({"code":["A","B","B"],"city":["x","y","z"]})
assert len(routes(f,a))>=2""",
    ),
    Code(
        "self class stores merged",
        "missing_values",
        """
class Report:
    def __init__(self, orders, customers):
        self.orders = orders
        self.customers = customers
        self.table = None

    def build(self):
        self.table = self.orders.merge(self.customers, on="c", how="left")
        return self

    def total(self):
        return self.table["v"].sum()
""",
        """r=Report(pd.DataFrame({"c":[1,2],"v":[1,2]}),pd.DataFrame({"c":[1],"n":["x"]})).build()
assert r.total()==3""",
    ),
    Code(
        "plot legend only, wrong column all nan",
        "empty_plot",
        """
import matplotlib.pyplot as plt

def plot(df):
    fig, ax = plt.subplots()
    df["v"] = pd.to_numeric(df["v"].str.replace("%", "x"), errors="coerce")
    ax.plot(df["day"], df["v"], label="v")
    ax.legend()
    return ax
""",
        'assert plot(pd.DataFrame({"day":[1,2],"v":["1%","2%"]})).get_legend()',
    ),
    Code(
        "fig reused with clf before saving",
        "empty_plot",
        """
import matplotlib.pyplot as plt

def plot(values, path):
    plt.plot(values)
    plt.clf()
    plt.savefig(path)
""",
        "import io\nplot([1,2], io.BytesIO())",
    ),
    Code(
        "impute then split",
        "leakage",
        SKLEARN
        + """
def prepare(df):
    features = df[["a", "b"]]
    target = df["y"]
    imputer = SimpleImputer(strategy="mean")
    features_imputed = pd.DataFrame(imputer.fit_transform(features), columns=features.columns)
    encoder = OneHotEncoder()
    return train_test_split(features_imputed, target, test_size=0.5, random_state=0)
""",
        'assert len(prepare(pd.DataFrame({"a":[1.,None,3.,4.],"b":[1.,2.,3.,4.],"y":[0,1,0,1]})))==4',
    ),
    Code(
        "slice modified",
        "chained_assignment",
        """
def recent(df):
    last = df[df["year"] == df["year"].max()]
    last["label"] = "recent"
    return last
""",
        'assert len(recent(pd.DataFrame({"year":[1,2]})))==1',
    ),
    Code(
        "summary row appended of text",
        "object_dtype",
        """
def with_total(df):
    total = pd.DataFrame([{"shop": "total", "sold": "n/a"}])
    return pd.concat([df, total], ignore_index=True)
""",
        'assert len(with_total(pd.DataFrame({"shop":["a"],"sold":[1]})))==2',
    ),
    Code(
        "unstack gap",
        "missing_values",
        """
def wide(df):
    return df.groupby(["d", "s"])["v"].sum().unstack()
""",
        'assert wide(pd.DataFrame({"d":[1,1,2],"s":list("aba"),"v":[1,2,3]})).shape==(2,2)',
    ),
    Code(
        "sum of series of two years with missing month",
        "missing_values",
        """
def growth(old, new):
    change = new - old
    return {month: round(value, 2) for month, value in change.items()}
""",
        """a=pd.Series([1.,2.],index=["jan","feb"]);b=pd.Series([3.,4.],index=["jan","mar"])
assert growth(a,b)["jan"]==2""",
    ),
    Code(
        "map with function returning None for unknown",
        "missing_values",
        """
def grade(df):
    def letter(points):
        if points > 50:
            return "A"
        elif points > 25:
            return "B"
    df["grade"] = df["points"].apply(letter)
    return df
""",
        'assert grade(pd.DataFrame({"points":[60,30,10]}))["grade"][0]=="A"',
    ),
    Code(
        "inner default on index dropping rows",
        "row_count",
        """
def combine(prices, stock):
    return pd.merge(prices, stock, left_index=True, right_index=True)
""",
        """p=pd.DataFrame({"p":[1,2,3]},index=list("abc"));s=pd.DataFrame({"s":[1]},index=["a"])
assert "s" in combine(p,s)""",
    ),
]

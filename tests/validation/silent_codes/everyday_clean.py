"""Clean code as people write it, labelled before it was judged."""

from __future__ import annotations

from tests.validation.silent_codes.code import SKLEARN, Code

EVERYDAY_CLEAN = [
    Code(
        "rfm clean",
        None,
        """
def rfm(transactions, today):
    transactions = transactions.copy()
    transactions["date"] = pd.to_datetime(transactions["date"])
    grouped = transactions.groupby("customer").agg(
        recency=("date", lambda d: (today - d.max()).days),
        frequency=("date", "count"),
        monetary=("amount", "sum"),
    )
    grouped["score"] = pd.qcut(grouped["monetary"].rank(method="first"), 2, labels=[1, 2]).astype(int)
    return grouped.reset_index()
""",
        """t = pd.DataFrame({"customer":[1,1,2],"date":["2024-01-01","2024-01-05","2024-01-02"],"amount":[1.,2.,3.]})
assert len(rfm(t, pd.Timestamp("2024-02-01"))) == 2""",
    ),
    Code(
        "clean_columns coerces and fills median",
        None,
        """
def clean(df):
    df = df.copy()
    df.columns = [c.strip().lower() for c in df.columns]
    df["age"] = pd.to_numeric(df["age"], errors="coerce")
    df["age"] = df["age"].fillna(df["age"].median())
    df["joined"] = pd.to_datetime(df["joined"], errors="coerce")
    return df.dropna(subset=["joined"]).drop_duplicates()
""",
        """d = pd.DataFrame({" Age ":["1","x","3"],"Joined":["2024-01-01","2024-01-02","bad"]})
assert len(clean(d))==2""",
    ),
    Code(
        "moving average keeps nan at start",
        None,
        """
def moving(df):
    out = df.sort_values("day").copy()
    out["avg"] = out["v"].rolling(2).mean()
    out["change"] = out["v"].pct_change()
    return out
""",
        'assert len(moving(pd.DataFrame({"day":[2,1,3],"v":[1.,2.,3.]})))==3',
    ),
    Code(
        "join totals back",
        None,
        """
def share(df):
    totals = df.groupby("shop")["sold"].sum().rename("total")
    out = df.join(totals, on="shop")
    out["share"] = out["sold"] / out["total"]
    return out
""",
        'assert share(pd.DataFrame({"shop":list("aab"),"sold":[1,3,2]}))["share"].tolist()==[.25,.75,1.0]',
    ),
    Code(
        "div of column by grouped map",
        None,
        """
def share(df):
    totals = df.groupby("shop")["sold"].sum()
    return df.assign(share=df["sold"] / df["shop"].map(totals))
""",
        'assert share(pd.DataFrame({"shop":list("aab"),"sold":[1,3,2]}))["share"].sum()==2',
    ),
    Code(
        "resample month sum",
        None,
        """
def monthly(df):
    s = df.set_index("date")["v"].resample("MS").sum()
    return s.reindex(pd.date_range(s.index.min(), s.index.max(), freq="MS"), fill_value=0)
""",
        """d=pd.DataFrame({"date":pd.to_datetime(["2024-01-05","2024-03-01"]),"v":[1,2]})
assert monthly(d).tolist()==[1,0,2]""",
    ),
    Code(
        "outer merge compare with fill",
        None,
        """
def diff(a, b):
    m = a.merge(b, on="k", how="outer", suffixes=("_a", "_b"))
    m[["v_a", "v_b"]] = m[["v_a", "v_b"]].fillna(0)
    m["d"] = m["v_b"] - m["v_a"]
    return m
""",
        """a=pd.DataFrame({"k":[1,2],"v":[1,2]});b=pd.DataFrame({"k":[2,3],"v":[5,6]})
assert diff(a,b)["d"].tolist()==[-1,3,6]""",
    ),
    Code(
        "np.where dtype",
        None,
        """
def flag(df):
    df = df.copy()
    df["flag"] = np.where(df["v"] > 1, "high", "low")
    df.loc[df["v"] > 2, "flag"] = "very high"
    return df
""",
        'assert flag(pd.DataFrame({"v":[1,2,3]}))["flag"].tolist()==["low","high","very high"]',
    ),
    Code(
        "merge on date type normal with left_on",
        None,
        """
def enrich(sales, calendar):
    out = sales.merge(calendar, left_on="day", right_on="date", how="left").drop(columns="date")
    return out
""",
        """s=pd.DataFrame({"day":[1,2,2]});c=pd.DataFrame({"date":[1,2],"wk":[1,1]})
assert len(enrich(s,c))==3""",
    ),
    Code(
        "describe plots clean",
        None,
        """
import matplotlib.pyplot as plt

def plots(df):
    fig, axes = plt.subplots(1, 2, figsize=(8, 3))
    df["a"].hist(ax=axes[0])
    df.plot.scatter(x="a", y="b", ax=axes[1])
    fig.tight_layout()
    return fig
""",
        'assert len(plots(pd.DataFrame({"a":[1,2],"b":[3,4]})).axes)==2',
    ),
    Code(
        "heatmap colorbar box pie",
        None,
        """
import matplotlib.pyplot as plt

def plots(df, path):
    plt.figure()
    plt.pcolormesh(df.corr())
    plt.colorbar()
    plt.savefig(path)
    plt.close()
    plt.figure()
    plt.pie([1, 2])
    plt.savefig(path)
    plt.close()
    df.boxplot()
    plt.savefig(path)
    plt.close()
    plt.step([1, 2], [1, 2])
    plt.errorbar([1], [1], yerr=[1])
    plt.quiver([0],[0],[1],[1])
    plt.stackplot([1,2],[1,2])
    plt.savefig(path)
    plt.close()
    plt.barh(["a"], [1])
    plt.show()
    plt.close("all")
""",
        """import io
assert plots(pd.DataFrame({"a":[1,2],"b":[3,1]}), io.BytesIO()) is None""",
    ),
    Code(
        "scaling in loop of folds",
        None,
        SKLEARN
        + """
from sklearn.model_selection import KFold

def cv(X, y):
    scores = []
    for train, test in KFold(2).split(X):
        scaler = StandardScaler().fit(X.iloc[train])
        model = LinearRegression().fit(scaler.transform(X.iloc[train]), y.iloc[train])
        scores.append(model.score(scaler.transform(X.iloc[test]), y.iloc[test]))
    return scores
""",
        'assert len(cv(pd.DataFrame({"a":range(10)}), pd.Series(range(10))))==2',
    ),
    Code(
        "split then column transformer",
        None,
        SKLEARN
        + """
from sklearn.compose import ColumnTransformer
from sklearn.pipeline import Pipeline

def fit(df):
    X_train, X_test, y_train, y_test = train_test_split(df.drop(columns="y"), df["y"], random_state=0)
    pre = ColumnTransformer([("num", StandardScaler(), ["a"]), ("cat", OneHotEncoder(handle_unknown="ignore"), ["c"])])
    model = Pipeline([("pre", pre), ("model", LogisticRegression())])
    model.fit(X_train, y_train)
    return model.score(X_test, y_test)
""",
        'assert 0<=fit(pd.DataFrame({"a":range(12),"c":list("xyz")*4,"y":[0,1]*6}))<=1',
    ),
    Code(
        "pca for a picture and a split of raw",
        None,
        SKLEARN
        + """
from sklearn.decomposition import PCA

def both(X, y):
    points = PCA(1).fit_transform(X)
    X_train, X_test, y_train, y_test = train_test_split(X, y, random_state=0)
    return points, LinearRegression().fit(X_train, y_train).score(X_test, y_test)
""",
        'assert len(both(pd.DataFrame({"a":range(10),"b":range(10)}), pd.Series(range(10)))[0])==10',
    ),
    Code(
        "set values via loc and at",
        None,
        """
def fix(df):
    for i in df.index:
        df.at[i, "a"] = df.at[i, "a"] + 1
    top = df.nlargest(1, "a")
    df.loc[top.index, "best"] = True
    df["best"] = df["best"].fillna(False).astype(bool)
    return df
""",
        'assert fix(pd.DataFrame({"a":[1,2]}))["best"].tolist()==[False,True]',
    ),
    Code(
        "nested dict and list of rows",
        None,
        """
def build(rows):
    out = {}
    for r in rows:
        out.setdefault(r["k"], {})["v"] = r["v"]
        out[r["k"]]["n"] = len(r)
    return pd.DataFrame.from_dict(out, orient="index")
""",
        'assert build([{"k":"a","v":1}]).loc["a","v"]==1',
    ),
    Code(
        "concat list of results with same columns",
        None,
        """
def load(parts):
    frames = [part.assign(source=n) for n, part in enumerate(parts)]
    return pd.concat(frames, ignore_index=True).sort_values("a")
""",
        'assert len(load([pd.DataFrame({"a":[1]}),pd.DataFrame({"a":[2]})]))==2',
    ),
    Code(
        "melt pivot_table fill",
        None,
        """
def wide(df):
    return df.pivot_table(index="d", columns="s", values="v", aggfunc="sum", fill_value=0).reset_index()
""",
        'assert wide(pd.DataFrame({"d":[1,1,2],"s":list("aba"),"v":[1,2,3]}))["b"].tolist()==[2,0]',
    ),
    Code(
        "category codes and get_dummies",
        None,
        """
def encode(df):
    out = pd.get_dummies(df, columns=["c"])
    out["code"] = df["c"].astype("category").cat.codes
    return out
""",
        'assert "c_x" in encode(pd.DataFrame({"c":list("xy")}))',
    ),
]

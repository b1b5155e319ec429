"""Values set in copies, and leaks from test to training."""

from __future__ import annotations

from tests.validation.silent_codes.code import SKLEARN, Code

XY = 'X = pd.DataFrame({"a": range(20), "b": [1.0] * 20})\ny = pd.Series([0, 1] * 10)\n'
TABLE = 'df = pd.DataFrame({"a": range(20), "city": list("xy") * 10, "y": [0, 1] * 10})\n'

CHAINED = [
    Code(
        "a value set in a copy of the rows",
        "chained_assignment",
        """
        def cap(frame):
            frame[frame["a"] > 1]["a"] = 1
            return frame
        """,
        "assert len(cap(pd.DataFrame({'a': [1, 2]}))) == 2",
    ),
    Code(
        "a value set in a column by a mask",
        "chained_assignment",
        """
        def cap(frame: pd.DataFrame) -> pd.DataFrame:
            frame["a"][frame["a"] > 1] = 1
            return frame
        """,
        "assert len(cap(pd.DataFrame({'a': [1, 2]}))) == 2",
    ),
    Code(
        "a column set in a slice with a name",
        "chained_assignment",
        """
        def adults(people):
            chosen = people[people["age"] >= 18]
            chosen["adult"] = True
            return chosen
        """,
        "assert len(adults(pd.DataFrame({'age': [1, 20]}))) == 1",
    ),
    Code(
        "loc, and then a column",
        "chained_assignment",
        """
        df = pd.DataFrame({"a": [1, 2], "b": [3, 4]})
        df.loc[df["a"] > 1]["b"] = 0
        """,
    ),
    Code(
        "one loc with both",
        None,
        """
        def cap(frame):
            frame.loc[frame["a"] > 1, "a"] = 1
            return frame
        """,
        "assert cap(pd.DataFrame({'a': [1, 2]}))['a'].tolist() == [1, 1]",
    ),
    Code(
        "a copy of a slice",
        None,
        """
        def adults(people):
            chosen = people[people["age"] >= 18].copy()
            chosen["adult"] = True
            return chosen
        """,
        "assert len(adults(pd.DataFrame({'age': [1, 20]}))) == 1",
    ),
    Code(
        "dicts in dicts, and masks of arrays",
        None,
        """
        def count(words):
            table = {"a": {}, "b": {}}
            for word in words:
                table[word[0]]["n"] = table[word[0]].get("n", 0) + 1
            values = {"x": np.arange(3)}
            values["x"][values["x"] > 1] = 0
            grid = np.zeros((2, 2))
            grid[0][1] = 5
            return table, values, grid
        """,
        "assert count(['ab', 'bc'])[0]['a'] == {'n': 1}",
    ),
]

LEAKS = [
    Code(
        "scaled before it is split",
        "leakage",
        SKLEARN
        + """

def evaluate(X, y):
    scaled = StandardScaler().fit_transform(X)
    X_train, X_test, y_train, y_test = train_test_split(scaled, y, random_state=0)
    return LogisticRegression().fit(X_train, y_train).score(X_test, y_test)
""",
        XY + "assert 0 <= evaluate(X, y) <= 1",
    ),
    Code(
        "a scaler fitted on everything, used after the split",
        "leakage",
        SKLEARN
        + """

def evaluate(X, y):
    X_train, X_test, y_train, y_test = train_test_split(X, y, random_state=0)
    scaler = StandardScaler()
    scaler.fit(X)
    model = LogisticRegression().fit(scaler.transform(X_train), y_train)
    return model.score(scaler.transform(X_test), y_test)
""",
        XY + "assert 0 <= evaluate(X, y) <= 1",
    ),
    Code(
        "the test part is scaled by itself",
        "leakage",
        SKLEARN
        + """

def evaluate(X, y):
    X_train, X_test, y_train, y_test = train_test_split(X, y, random_state=0)
    scaler = StandardScaler()
    X_train = scaler.fit_transform(X_train)
    X_test = scaler.fit_transform(X_test)
    return LogisticRegression().fit(X_train, y_train).score(X_test, y_test)
""",
        XY + "assert 0 <= evaluate(X, y) <= 1",
    ),
    Code(
        "the mean of the target as a feature before the split",
        "leakage",
        SKLEARN
        + """

def evaluate(df):
    df = df.copy()
    df["city_mean"] = df.groupby("city")["y"].transform("mean")
    X = df[["a", "city_mean"]]
    y = df["y"]
    X_train, X_test, y_train, y_test = train_test_split(X, y, random_state=0)
    return LogisticRegression().fit(X_train, y_train).score(X_test, y_test)
""",
        TABLE + "assert 0 <= evaluate(df) <= 1",
    ),
    Code(
        "the target among the features",
        "leakage",
        SKLEARN
        + """

def evaluate(df):
    features = ["a", "y"]
    X = df[features]
    y = df["y"]
    X_train, X_test, y_train, y_test = train_test_split(X, y, random_state=0)
    return LogisticRegression().fit(X_train, y_train).score(X_test, y_test)
""",
        TABLE + "assert 0 <= evaluate(df) <= 1",
    ),
    Code(
        "rows repeated before the split",
        "leakage",
        SKLEARN
        + """
from sklearn.utils import resample


def evaluate(df):
    minority = resample(df[df["y"] == 1], n_samples=40, random_state=0)
    df = pd.concat([df, minority])
    X = df[["a"]]
    y = df["y"]
    X_train, X_test, y_train, y_test = train_test_split(X, y, random_state=0)
    return LogisticRegression().fit(X_train, y_train).score(X_test, y_test)
""",
        TABLE + "assert 0 <= evaluate(df) <= 1",
    ),
    Code(
        "a time series that is shuffled",
        "leakage",
        SKLEARN
        + """

def evaluate(df):
    df = df.sort_values("date")
    df["before"] = df["sold"].shift(1)
    df = df.dropna()
    X_train, X_test, y_train, y_test = train_test_split(df[["before"]], df["sold"], random_state=0)
    return len(X_train)
""",
        'df = pd.DataFrame({"date": pd.date_range("2024-01-01", periods=9), "sold": range(9)})\n'
        "assert evaluate(df) > 3",
    ),
    Code(
        "fitted on the training part",
        None,
        SKLEARN
        + """

def evaluate(X, y):
    X_train, X_test, y_train, y_test = train_test_split(X, y, random_state=0)
    scaler = StandardScaler()
    X_train = scaler.fit_transform(X_train)
    X_test = scaler.transform(X_test)
    return LogisticRegression().fit(X_train, y_train).score(X_test, y_test)
""",
        XY + "assert 0 <= evaluate(X, y) <= 1",
    ),
    Code(
        "a pipeline",
        None,
        SKLEARN
        + """
from sklearn.pipeline import make_pipeline


def evaluate(df):
    X = df.drop(columns=["y", "city"])
    y = df["y"]
    X_train, X_test, y_train, y_test = train_test_split(X, y, random_state=0)
    model = make_pipeline(StandardScaler(), LogisticRegression())
    return model.fit(X_train, y_train).score(X_test, y_test)
""",
        TABLE + "assert 0 <= evaluate(df) <= 1",
    ),
    Code(
        "clusters, where nothing is split",
        None,
        """
        from sklearn.cluster import KMeans
        from sklearn.preprocessing import StandardScaler


        def clusters(X):
            return KMeans(2, n_init=1, random_state=0).fit_predict(StandardScaler().fit_transform(X))
        """,
        XY + "assert len(clusters(X)) == 20",
    ),
    Code(
        "a final model fitted on everything after it was measured",
        None,
        SKLEARN
        + """

def final(df):
    y = df.pop("y")
    X = df[["a"]]
    X_train, X_test, y_train, y_test = train_test_split(X, y, random_state=0)
    score = LogisticRegression().fit(X_train, y_train).score(X_test, y_test)
    return LogisticRegression().fit(X, y), score
""",
        TABLE + "assert 0 <= final(df)[1] <= 1",
    ),
    Code(
        "a time series split in order",
        None,
        SKLEARN
        + """

def evaluate(df):
    df = df.sort_values("date")
    df["before"] = df["sold"].shift(1)
    df = df.dropna()
    X_train, X_test = train_test_split(df[["before"]], shuffle=False)
    return len(X_train)
""",
        'df = pd.DataFrame({"date": pd.date_range("2024-01-01", periods=9), "sold": range(9)})\n'
        "assert evaluate(df) > 3",
    ),
]

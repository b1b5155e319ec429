"""More gaps: by reindexing, in objects and lists that stay, and gaps that are mended in other ways."""

from __future__ import annotations

from tests.validation.silent_codes.code import Code

A_B = (
    "a = pd.Series([5.0, 7.0, 9.0], index=['w', 'x', 'y'])\n"
    "b = pd.Series([1.0, 2.0, 3.0], index=['w', 'x', 'z'])\n"
)

GAPS = [
    Code(
        "reindexed to labels that are spelled differently",
        "missing_values",
        """
        def ordered(sold):
            return sold.reindex(["Mon", "tue"])
        """,
        "assert ordered(pd.Series([1, 2], index=['Mon', 'Tue']))['Mon'] == 1",
    ),
    Code(
        "durations that are none",
        "missing_values",
        """
        def seconds(texts):
            return pd.to_timedelta(texts, errors="coerce").dt.total_seconds().tolist()
        """,
        "assert seconds(pd.Series(['1s', 'soon']))[0] == 1",
    ),
    Code(
        "a gap in a plain list",
        "missing_values",
        """
        def codes(names):
            return {"codes": names.map({"Austria": 43}).tolist()}
        """,
        "assert codes(pd.Series(['Austria', 'austria']))['codes'][0] == 43",
    ),
    Code(
        "a table that a function changes in place",
        "missing_values",
        """
        def add_total(frame, totals):
            frame["total"] = totals
        """,
        "frame = pd.DataFrame({'a': [1, 2]})\nadd_total(frame, pd.Series([3, 4], index=[1, 2]))\n"
        "assert frame['total'][1] == 3",
    ),
    Code(
        "a column that a function adds in place",
        "missing_values",
        """
        def add_region(frame):
            frame["region"] = frame["land"].map({"AT": "Europe"})
        """,
        "frame = pd.DataFrame({'land': ['AT', 'NZ']})\nadd_region(frame)\nassert frame['region'][0] == 'Europe'",
    ),
    Code(
        "a table that an object keeps while its method answers a number",
        "missing_values",
        """
        class Report:
            def load(self, orders, names):
                self.table = orders.merge(names, on="id", how="left")
                return len(self.table)
        """,
        "orders, names = pd.DataFrame({'id': [1, 2]}), pd.DataFrame({'id': [1], 'name': ['a']})\n"
        "assert Report().load(orders, names) == 2",
    ),
    Code(
        "a merge and a rename",
        "missing_values",
        """
        def enrich(orders, names):
            return orders.merge(names, on="id", how="left").rename(columns={"name": "customer"})
        """,
        "result = enrich(pd.DataFrame({'id': [1, 2]}), pd.DataFrame({'id': [1], 'name': ['a']}))\n"
        "assert result['customer'][0] == 'a'",
    ),
    Code(
        "reindexed with a value for what is new",
        None,
        """
        def full(sold):
            return sold.reindex(["Mon", "Tue"], fill_value=0)
        """,
        "assert full(pd.Series([1], index=['Mon'])).tolist() == [1, 0]",
    ),
    Code(
        "a difference that is carried forward",
        None,
        """
        def margin(a, b):
            return (a - b).ffill().sum()
        """,
        A_B + "assert margin(a, b) == 4 + 5 + 5 + 5",
    ),
    Code(
        "a difference completed from elsewhere",
        None,
        """
        def margin(a, b):
            return (a - b).combine_first(a).fillna(0)
        """,
        A_B + "assert margin(a, b)['y'] == 9",
    ),
    Code(
        "a difference whose rows are aligned first",
        None,
        """
        def margin(a, b):
            a, b = a.align(b, join="inner")
            return a - b
        """,
        A_B + "assert margin(a, b).tolist() == [4, 5]",
    ),
    Code(
        "a text of nan that is replaced",
        None,
        """
        def keys(frame):
            return frame["code"].astype(str).replace("nan", "").replace("None", "").tolist()
        """,
        "assert keys(pd.DataFrame({'code': ['a', np.nan]})) == ['a', '']",
    ),
    Code(
        "blank prices stay blank",
        None,
        """
        def prices(frame):
            return frame.assign(price=pd.to_numeric(frame["price"], errors="coerce"))
        """,
        "assert len(prices(pd.DataFrame({'price': ['1.5', ' ', '']}))) == 3",
    ),
    Code(
        "groups that keep what is missing",
        None,
        """
        def sizes(orders, customers):
            merged = orders.merge(customers, on="id", how="left")
            return merged.groupby("land", dropna=False).size().tolist()
        """,
        "result = sizes(pd.DataFrame({'id': [1, 2]}), pd.DataFrame({'id': [1], 'land': ['AT']}))\n"
        "assert sorted(result) == [1, 1]",
    ),
    Code(
        "only the matched rows of a left merge",
        None,
        """
        def austrian(orders, customers):
            merged = orders.merge(customers, on="id", how="left")
            return merged[merged["land"] == "AT"]
        """,
        "result = austrian(pd.DataFrame({'id': [1, 2]}), pd.DataFrame({'id': [1], 'land': ['AT']}))\n"
        "assert len(result) == 1",
    ),
]

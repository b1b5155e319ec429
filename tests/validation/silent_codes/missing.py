"""Missing values that appear, fall out of groups or turn into text."""

from __future__ import annotations

from tests.validation.silent_codes.code import CUSTOMERS, ONE, ORDERS, Code

MISSING = [
    Code(
        "a left merge leaves countries missing",
        "missing_values",
        """
        def enrich(orders, customers):
            return orders.merge(customers, on="customer", how="left")
        """,
        ORDERS + ONE + "assert len(enrich(orders, customers)) == 3",
    ),
    Code(
        "unmatched orders vanish from the groups",
        "missing_values",
        """
        def revenue(orders, customers):
            merged = orders.merge(customers, on="customer", how="left")
            return merged.groupby("country")["amount"].sum()
        """,
        ORDERS + ONE + "assert revenue(orders, customers)['AT'] == 1",
    ),
    Code(
        "a difference of two series with different labels, averaged",
        "missing_values",
        """
        def mean_margin(revenue, cost):
            return (revenue - cost).mean()
        """,
        "a = pd.Series([5.0, 7.0], index=['x', 'y'])\nb = pd.Series([1.0, 2.0], index=['y', 'z'])\n"
        "assert mean_margin(a, b) == 6",
    ),
    Code(
        "a frame minus one of its columns",
        "missing_values",
        """
        def relative(frame):
            return frame - frame["a"]
        """,
        "result = relative(pd.DataFrame({'a': [1, 2], 'b': [3, 4]}))\nassert len(result) == 2",
    ),
    Code(
        "a column from a frame with a new index",
        "missing_values",
        """
        def add_rank(frame):
            best = frame.sort_values("score").reset_index(drop=True)
            best.index = best.index + 1
            frame = frame.copy()
            frame["rank"] = best["score"]
            return frame
        """,
        "result = add_rank(pd.DataFrame({'score': [3.0, 1.0, 2.0]}))\nassert 'rank' in result",
    ),
    Code(
        "assign with a filtered column",
        "missing_values",
        """
        def label(frame):
            big = frame.loc[frame["a"] > 1, "b"]
            return frame.assign(c=big * 2)
        """,
        "result = label(pd.DataFrame({'a': [1, 2], 'b': [3, 4]}))\nassert result['c'].sum() == 8",
    ),
    Code(
        "numbers that are no numbers are thrown away",
        "missing_values",
        """
        def clean(frame):
            frame = frame.copy()
            frame["price"] = pd.to_numeric(frame["price"], errors="coerce")
            return frame
        """,
        "result = clean(pd.DataFrame({'price': ['1.5', '2,5', '3']}))\nassert result['price'].sum() == 4.5",
    ),
    Code(
        "dates in another format become missing",
        "missing_values",
        """
        def parse(frame):
            return frame.assign(day=pd.to_datetime(frame["day"], format="%Y-%m-%d", errors="coerce"))
        """,
        "result = parse(pd.DataFrame({'day': ['2024-01-31', '31.01.2024']}))\nassert len(result) == 2",
    ),
    Code(
        "a mapping without all the keys",
        "missing_values",
        """
        REGIONS = {"AT": "Europe", "DE": "Europe"}


        def region(frame):
            result = frame.copy()
            result["region"] = result["country"].map(REGIONS)
            return result
        """,
        "result = region(pd.DataFrame({'country': ['AT', 'NZ']}))\nassert result['region'][0] == 'Europe'",
    ),
    Code(
        "concat of frames whose columns are spelled differently",
        "missing_values",
        """
        def stack(parts):
            return pd.concat(parts, ignore_index=True)
        """,
        "parts = [pd.DataFrame({'id': [1], 'Name': ['a']}), pd.DataFrame({'id': [2], 'name': ['b']})]\n"
        "assert len(stack(parts)) == 2",
    ),
    Code(
        "concat side by side of frames with different rows",
        "missing_values",
        """
        left = scores[scores["score"] > 1].reset_index(drop=True)
        table = pd.concat([left, names], axis=1)
        """,
        "scores = pd.DataFrame({'score': [1, 2, 3]})\nnames = pd.DataFrame({'name': list('abc')})\n"
        "assert len(cell(scores=scores, names=names)['table']) == 3",
    ),
    Code(
        "a text of nan",
        "missing_values",
        """
        def keys(frame):
            return frame["code"].astype(str).tolist()
        """,
        "assert len(keys(pd.DataFrame({'code': ['a', None]}))) == 2",
    ),
    Code(
        "a pivot with gaps",
        "missing_values",
        """
        def table(sales):
            return sales.pivot(index="day", columns="shop", values="sold")
        """,
        "sales = pd.DataFrame({'day': [1, 1, 2], 'shop': list('aba'), 'sold': [1, 2, 3]})\n"
        "assert table(sales).shape == (2, 2)",
    ),
    Code(
        "a left merge whose gaps are filled",
        None,
        """
        def enrich(orders, customers):
            merged = orders.merge(customers, on="customer", how="left")
            merged["country"] = merged["country"].fillna("unknown")
            return merged
        """,
        ORDERS + ONE + "assert enrich(orders, customers)['country'].tolist()[1] == 'unknown'",
    ),
    Code(
        "a chain that fills what the merge leaves",
        None,
        """
        def totals(customers, payments):
            return (
                customers.merge(payments, on="customer", how="left")
                .fillna({"paid": 0})
                .set_index("customer")["paid"]
            )
        """,
        ONE.replace("[1]", "[1, 3]").replace('["AT"]', '["AT", "DE"]')
        + "payments = pd.DataFrame({'customer': [1], 'paid': [5]})\n"
        + "assert totals(customers, payments).tolist() == [5, 0]",
    ),
    Code(
        "a test that asks for the gap",
        None,
        """
        def enrich(orders, customers):
            return orders.merge(customers, on="customer", how="left")
        """,
        ORDERS + ONE + "assert enrich(orders, customers)['country'].isna().tolist() == [False, True, True]",
    ),
    Code(
        "missing values that were there before",
        None,
        """
        def enrich(orders, customers):
            return orders.merge(customers, on="customer", how="left")
        """,
        ORDERS + CUSTOMERS.replace('"NZ"', "None") + "assert len(enrich(orders, customers)) == 3",
    ),
    Code(
        "bad numbers are dropped in the open",
        None,
        """
        def clean(frame):
            frame = frame.assign(price=pd.to_numeric(frame["price"], errors="coerce"))
            return frame.dropna(subset=["price"])
        """,
        "result = clean(pd.DataFrame({'price': ['1.5', 'x', '3']}))\nassert len(result) == 2",
    ),
    Code(
        "bad numbers are counted and reported",
        None,
        """
        def clean(frame):
            numbers = pd.to_numeric(frame["price"], errors="coerce")
            bad = numbers.isna().sum()
            if bad:
                print(f"{bad} prices are no numbers")
            return frame.assign(price=numbers)
        """,
        "result = clean(pd.DataFrame({'price': ['1.5', 'x', '3']}))\nassert len(result) == 3",
    ),
    Code(
        "a sum of two series over all labels",
        None,
        """
        def total(one, other):
            return one.add(other, fill_value=0)
        """,
        "a = pd.Series([5.0, 7.0], index=['x', 'y'])\nb = pd.Series([1.0, 2.0], index=['y', 'z'])\n"
        "assert total(a, b).sum() == 15",
    ),
    Code(
        "a change from row to row",
        None,
        """
        def change(prices):
            return (prices - prices.shift(1)).dropna()
        """,
        "assert change(pd.Series([1.0, 2.0, 4.0])).tolist() == [1, 2]",
    ),
    Code(
        "a pivot whose gaps are zero",
        None,
        """
        table = sales.pivot(index="day", columns="shop", values="sold").fillna(0).astype(int)
        """,
        "sales = pd.DataFrame({'day': [1, 1, 2], 'shop': list('aba'), 'sold': [1, 2, 3]})\n"
        "assert cell(sales=sales)['table'].shape == (2, 2)",
    ),
    Code(
        "a cell that keeps the raw merge beside the filled one",
        None,
        """
        raw = orders.merge(customers, on="customer", how="left")
        clean = raw.fillna({"country": "unknown"})
        clean.head()
        """,
        ORDERS + ONE + "assert len(cell(orders=orders, customers=customers)['clean']) == 3",
    ),
    Code(
        "a mapping with a default",
        None,
        """
        REGIONS = {"AT": "Europe"}


        def region(frame):
            return frame.assign(region=frame["country"].map(REGIONS).fillna("elsewhere"))
        """,
        "result = region(pd.DataFrame({'country': ['AT', 'NZ']}))\nassert result['region'][1] == 'elsewhere'",
    ),
    Code(
        "a subclass of DataFrame with ways of its own",
        None,
        """
        class Ledger(pd.DataFrame):
            calls = 0

            @property
            def _constructor(self):
                return Ledger

            def isna(self):
                Ledger.calls += 1
                return super().isna()


        def book(ledger, accounts):
            return ledger.merge(accounts, on="account", how="left")
        """,
        "accounts = pd.DataFrame({'account': [1, 2], 'name': ['a', 'b']})\n"
        "booked = book(Ledger({'account': [1, 1]}), accounts)\n"
        "assert type(booked) is Ledger and Ledger.calls == 0",
    ),
]

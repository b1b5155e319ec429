"""Rows that a merge repeats or loses."""

from __future__ import annotations

from tests.validation.silent_codes.code import CUSTOMERS, ONE, ORDERS, TWICE, Code

ROWS = [
    Code(
        "a left merge repeats orders because a customer is listed twice",
        "row_count",
        """
        def enrich(orders, customers):
            return orders.merge(customers, on="customer", how="left")
        """,
        ORDERS + TWICE + "assert set(enrich(orders, customers)['country']) == {'AT', 'NZ'}",
    ),
    Code(
        "a total over a merge that repeats the amounts",
        "row_count",
        """
        def revenue(orders, customers):
            merged = pd.merge(orders, customers, on="customer")
            return merged.groupby("country")["amount"].sum()
        """,
        ORDERS + TWICE + "assert revenue(orders, customers)['AT'] == 1",
    ),
    Code(
        "a merge without how loses the orders of unknown customers",
        "row_count",
        """
        def enrich(orders, customers):
            return orders.merge(customers, on="customer")
        """,
        ORDERS + ONE + "assert list(enrich(orders, customers)['country']) == ['AT']",
    ),
    Code(
        "a join on an index that repeats",
        "row_count",
        """
        def enrich(orders, names):
            return orders.join(names, on="customer")
        """,
        ORDERS
        + 'names = pd.DataFrame({"name": list("abc")}, index=[1, 2, 2])\n'
        + "assert 'a' in set(enrich(orders, names)['name'])",
    ),
    Code(
        "a cell that merges with repeated keys",
        "row_count",
        """
        merged = orders.merge(
            customers,
            on="customer",
            how="left",
        )
        total = merged["amount"].sum()
        """,
        ORDERS + TWICE + "assert cell(orders=orders, customers=customers)['total'] > 0",
    ),
    Code(
        "a merge that keeps every order once",
        None,
        """
        def enrich(orders, customers):
            return orders.merge(customers, on="customer", how="left")
        """,
        ORDERS + CUSTOMERS + "assert len(enrich(orders, customers)) == 3",
    ),
    Code(
        "an inner merge that says so",
        None,
        """
        def known(orders, customers):
            return orders.merge(customers, on="customer", how="inner")
        """,
        ORDERS + ONE + "assert len(known(orders, customers)) == 1",
    ),
    Code(
        "one customer has many orders",
        None,
        """
        def with_orders(customers, orders):
            return customers.merge(orders, on="customer")
        """,
        ORDERS + CUSTOMERS + "assert len(with_orders(customers, orders)) == 3",
    ),
    Code(
        "orders are joined to their customers and grouped by them again",
        None,
        """
        def spent(customers, orders):
            merged = customers.merge(orders, on="customer", how="left")
            return merged.groupby(["customer", "country"])["amount"].sum()
        """,
        ORDERS + CUSTOMERS + "assert spent(customers, orders).tolist() == [1, 5]",
    ),
    Code(
        "a merge that says that it repeats",
        None,
        """
        def pairs(left, right):
            return left.merge(right, on="customer", validate="many_to_many")
        """,
        ORDERS + TWICE + "assert len(pairs(orders, customers)) == 5",
    ),
    Code(
        "a merge whose repeated rows are dropped again",
        None,
        """
        def enrich(orders, customers):
            merged = orders.merge(customers, on="customer", how="left")
            return merged.drop_duplicates()
        """,
        ORDERS + TWICE + "assert len(enrich(orders, customers)) == 3",
    ),
    Code(
        "a merge whose length is checked",
        None,
        """
        def enrich(orders, customers):
            merged = orders.merge(customers, on="customer", how="left")
            if len(merged) != len(orders):
                raise ValueError("customers repeat")
            return merged
        """,
        ORDERS
        + TWICE
        + "try:\n    enrich(orders, customers)\n    raise SystemError\nexcept ValueError:\n    pass",
    ),
    Code(
        "a cross join",
        None,
        """
        def grid(left, right):
            return left.merge(right, how="cross")
        """,
        "a = pd.DataFrame({'a': [1, 2]})\nb = pd.DataFrame({'b': [1, 2]})\nassert len(grid(a, b)) == 4",
    ),
    Code(
        "an anti join by the indicator",
        None,
        """
        def without_customer(orders, customers):
            merged = orders.merge(customers, on="customer", how="left", indicator=True)
            return merged.loc[merged["_merge"] == "left_only"]
        """,
        ORDERS + ONE + "assert len(without_customer(orders, customers)) == 2",
    ),
    Code(
        "a right merge repeats the right side",
        "row_count",
        """
        def enrich(customers, orders):
            return customers.merge(orders, on="customer", how="right")
        """,
        ORDERS + TWICE + "assert len(enrich(customers, orders)) >= 3",
    ),
    Code(
        "an inner merge by indexes that both repeat",
        "row_count",
        """
        def enrich(left, right):
            return pd.merge(left, right, left_index=True, right_index=True, how="inner")
        """,
        "a = pd.DataFrame({'a': [1, 2]}, index=[7, 7])\nb = pd.DataFrame({'b': [1, 2]}, index=[7, 7])\n"
        "assert 'b' in enrich(a, b)",
    ),
    Code(
        "an inner merge on whatever both share, of one with many",
        None,
        """
        def with_orders(customers, orders):
            return pd.merge(customers, orders)
        """,
        ORDERS + CUSTOMERS + "assert len(with_orders(customers, orders)) == 3",
    ),
    Code(
        "an inner merge by an index that only the right side repeats",
        None,
        """
        def enrich(left, right):
            return pd.merge(left, right, left_index=True, right_index=True, how="inner")
        """,
        "a = pd.DataFrame({'a': [1]}, index=[7])\nb = pd.DataFrame({'b': [1, 2]}, index=[7, 7])\n"
        "assert len(enrich(a, b)) == 2",
    ),
]

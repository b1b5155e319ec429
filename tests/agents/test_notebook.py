from jupyter_coding_agent.agents.models import ContextCell
from jupyter_coding_agent.agents.notebook import known_names, relevant_cells, relevant_variables
from tests.agents.fakes import a_task


def cells(*sources: str) -> list[ContextCell]:
    return [ContextCell(source=source) for source in sources]


def test_names_of_variables_and_cells_are_known():
    task = a_task(
        cells=cells("import numpy as np\nx = 1", "%%bash\nls"), variables={"df": "DataFrame", "a.b": "int"}
    )
    assert known_names(task) == ["df", "np", "x"]


def test_the_last_cells_and_those_that_define_what_is_named_are_relevant():
    sources = ["def load(): ...", *["unrelated = 1"] * 9, "  ", "a = 1", "b = 1", "c = 1"]
    task = a_task("Plot what load gives", cells=cells(*sources))
    assert relevant_cells(task) == ["def load(): ...", "a = 1", "b = 1", "c = 1"]


def test_a_few_cells_are_all_relevant():
    sources = ["path = 'a.csv'", "df = load(path)", "  ", "df['x'] = 1", "df = df.dropna()", "y = 1"]
    task = a_task("Plot df", cells=cells(*sources))
    assert relevant_cells(task) == [source for source in sources if source.strip()]


def test_there_are_at_most_so_many_cells():
    task = a_task("Use load", cells=cells(*["def load(): ..."] * 50))
    assert len(relevant_cells(task)) == 12


def test_no_cells():
    assert relevant_cells(a_task()) == []
    assert relevant_variables(a_task()) == ""


def test_variables_that_are_named_come_first_and_long_schemas_are_cut():
    long = "DataFrame " + "x" * 10_000
    task = a_task("Clean sales", variables={"b": "int", "other": long, "a": "int", "sales": long})
    lines = relevant_variables(task).split("\n")
    assert [line.partition(":")[0] for line in lines] == ["sales", "b", "other", "a"]
    assert len(lines[0]) == len("sales: ") + 2_000
    assert len(lines[2]) == len("other: ") + 300

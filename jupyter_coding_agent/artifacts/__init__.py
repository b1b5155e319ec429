"""Files that people bring and that executions leave: kept once, handed out safely, gone when their time is over."""

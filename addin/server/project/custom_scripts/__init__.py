"""The scripts behind the buttons of the task pane, as xlwings Server looks for them."""

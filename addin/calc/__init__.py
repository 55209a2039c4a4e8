"""LibreOffice: referee, printer and free host of the functions."""

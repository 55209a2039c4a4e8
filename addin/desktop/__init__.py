"""Excel on Windows: the xlwings UDF module, and the .xlam built without Excel."""

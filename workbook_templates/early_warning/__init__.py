"""The early-warning workbook: indicators over quarters in, colours and the watch list out."""

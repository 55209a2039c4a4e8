"""The migration-monitoring workbook: snapshots in, migration, defaults, roll rates, stability out."""

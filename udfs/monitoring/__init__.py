"""What changes over time: early warning, migration, roll rates, vintages, default rates."""

"""The model workbook: from past loans to bins, scorecard, PD, validation, tiers and export."""

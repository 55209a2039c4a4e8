"""What runs in LibreOffice's own Python: copied into extensions, imported by nothing of ours."""

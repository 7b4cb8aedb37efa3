"""The page that shows all scenarios side by side."""

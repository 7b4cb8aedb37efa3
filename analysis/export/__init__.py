"""Writers of the finished report: one HTML file and one PDF from an executed notebook."""

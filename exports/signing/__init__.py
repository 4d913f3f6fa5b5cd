"""Electronic signatures in PDFs (PAdES), made and judged. pyHanko costs half a second: import sign and check late."""

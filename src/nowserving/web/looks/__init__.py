"""What a page is made of: words in a language, templates, static files."""

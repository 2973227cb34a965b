"""What a verdict looks like. Renderers are pure: a verdict in, text out."""

"""What a draft is to say: the papers that matter, the themes they make, and the outline."""

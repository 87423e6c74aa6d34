"""What a model wrote, taken apart: sentences, citation markers, JSON, thinking, and what it calls its sources."""

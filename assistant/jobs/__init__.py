"""What a user asks for, each as the steps it takes."""

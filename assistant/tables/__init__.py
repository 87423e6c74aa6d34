"""The cited papers side by side: their problem, method, data and finding, each in words of its abstract."""

"""TensorFlow itself: the context stack (pure) and the API catalogue (data)."""

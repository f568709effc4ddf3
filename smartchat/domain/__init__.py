"""The rules of the product: pure functions and values. No Flask, SQLAlchemy, Redis or Twilio; time is an argument."""

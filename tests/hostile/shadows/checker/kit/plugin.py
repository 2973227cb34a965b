def judged(error):
    return {"outcome": "pass"}

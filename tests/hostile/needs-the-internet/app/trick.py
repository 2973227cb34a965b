import urllib.request


def spring(app):
    urllib.request.urlopen("https://models.example/model.bin", timeout=5)

from evil import *

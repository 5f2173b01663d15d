"""Pages of awards."""

from flask import Blueprint

pages = Blueprint("awards", __name__)

"""Pages of entries."""

from flask import Blueprint

pages = Blueprint("entries", __name__)

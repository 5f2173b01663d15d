"""Pages of judging."""

from flask import Blueprint

pages = Blueprint("judging", __name__)

"""Pages of what is published."""

from flask import Blueprint

pages = Blueprint("publishing", __name__)

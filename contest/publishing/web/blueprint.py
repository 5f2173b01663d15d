"""The blueprint that every page of publishing is registered on."""

from flask import Blueprint

pages = Blueprint("publishing", __name__)

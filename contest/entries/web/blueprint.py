"""The blueprint that every page of entries is registered on."""

from flask import Blueprint

pages = Blueprint("entries", __name__)

# One image for web, worker and dispatcher; what differs is the command.
FROM python:3.11-slim-bookworm AS base
ENV PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1 PIP_DISABLE_PIP_VERSION_CHECK=1
# LightGBM links against the system's OpenMP.
RUN apt-get update && apt-get install -y --no-install-recommends libgomp1 && rm -rf /var/lib/apt/lists/*
WORKDIR /srv/probanza
COPY requirements.lock .
RUN pip install --no-cache-dir --require-hashes -r requirements.lock
COPY manage.py pyproject.toml ./
COPY probanza probanza
COPY governance governance
COPY audits audits
COPY lineage lineage
COPY templates templates
COPY locale locale
RUN useradd --system --uid 10001 --home /var/lib/probanza probanza \
    && install -d -o probanza -g probanza -m 750 /var/lib/probanza
USER probanza
ENV PROBANZA_STATE_DIR=/var/lib/probanza DJANGO_SETTINGS_MODULE=governance.config.settings
VOLUME /var/lib/probanza
EXPOSE 8000

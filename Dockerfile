# The app in one image. Build: docker compose build.
FROM python:3.12-slim-bookworm AS packages
ENV PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_NO_CACHE_DIR=1
# app, or vectors: with what the drafter with sentence vectors needs
ARG REQUIREMENTS=app
COPY requirements/${REQUIREMENTS}.txt /requirements.txt
RUN python -m venv /venv && /venv/bin/pip install --quiet --require-hashes -r /requirements.txt

FROM python:3.12-slim-bookworm
ENV PATH=/venv/bin:$PATH PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1
# Pango draws the handout; with letters for what people write in another script than ours.
RUN apt-get update -qq \
    && apt-get install -y -qq --no-install-recommends libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0 fonts-dejavu-core \
    && rm -rf /var/lib/apt/lists/*
RUN useradd --system --uid 10001 --home-dir /app --shell /usr/sbin/nologin denkdiner
WORKDIR /app
COPY --from=packages /venv /venv
COPY manage.py ./
COPY denkdiner denkdiner
COPY sessions sessions
COPY capture capture
COPY synthesis synthesis
COPY templates templates
COPY static static
COPY docs/denkdiner-reeks-1.schema.json docs/
COPY docs/handleiding docs/handleiding
# Fonts and hashed static files are part of the image: all workers serve the very same ones. Built with a SQLite that
# nobody uses and a key that is thrown away; both come from the environment at run time.
RUN SECRET_KEY=only-while-building python manage.py build_fonts \
    && SECRET_KEY=only-while-building python manage.py collectstatic --noinput --verbosity 0 \
    && rm -f var/*.sqlite3* var/secret_key \
    && chown -R denkdiner var
USER denkdiner
EXPOSE 8000
# `/gezond/` reads the database. It asks for host localhost, which docker-compose.yml adds to ALLOWED_HOSTS.
HEALTHCHECK --interval=15s --timeout=5s --start-period=30s --retries=4 \
    CMD ["python", "-c", "import urllib.request as u; u.urlopen('http://localhost:8000/gezond/', timeout=4)"]
CMD ["uvicorn", "denkdiner.asgi:application", "--host", "0.0.0.0", "--port", "8000", "--ws", "websockets-sansio", "--ws-per-message-deflate", "false", "--timeout-keep-alive", "75", "--lifespan", "off", "--no-access-log", "--log-level", "warning"]

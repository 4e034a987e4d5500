# The same steps as the Makefile: browser parts, system packages, locked Python packages, static files.

FROM node:22-slim AS assets
WORKDIR /build
COPY package.json package-lock.json .npmrc ./
RUN npm ci --no-fund --no-audit
COPY deploy/copy_assets.mjs deploy/
RUN npm run assets

FROM python:3.11-slim
ENV PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1 PIP_NO_CACHE_DIR=1 \
    QF_VAR=/var/lib/qingfeng QF_STATIC_ROOT=/srv/static
WORKDIR /app

COPY deploy/system-packages.txt deploy/install_system_packages.sh deploy/
RUN sh deploy/install_system_packages.sh deploy/system-packages.txt && rm -rf /var/lib/apt/lists/*

COPY requirements.txt .
RUN pip install --no-deps --require-hashes -r requirements.txt

COPY . .
COPY --from=assets /build/static/vendor static/vendor
# No secret and no service is needed to collect files, so throw-away values do.
RUN QF_VAR=/tmp/build DATABASE_URL=postgresql:///none REDIS_URL=redis://none \
        python manage.py collectstatic --no-input --verbosity=0 \
    && rm -rf /tmp/build \
    && useradd --system --create-home qingfeng \
    && mkdir -p $QF_VAR && chown qingfeng $QF_VAR

USER qingfeng
ENV QF_ENV=production
VOLUME /var/lib/qingfeng
EXPOSE 8000
HEALTHCHECK --interval=30s --timeout=5s --start-period=30s CMD ["python", "deploy/healthcheck.py"]
CMD ["gunicorn", "qingfeng_monitor.wsgi", "--config", "deploy/gunicorn.conf.py", "--bind", "0.0.0.0:8000"]

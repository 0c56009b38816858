# Bihuan 闭环: front-end assets, then the environment, then a small image that runs as nobody special.
FROM node:20-bookworm-slim AS assets
WORKDIR /build
COPY package.json package-lock.json ./
RUN npm ci --omit=dev --no-audit --no-fund

FROM python:3.11-slim-bookworm AS environment
WORKDIR /build
RUN python -m venv /opt/bihuan
COPY requirements.txt ./
RUN /opt/bihuan/bin/pip install --no-cache-dir --require-hashes -r requirements.txt
COPY . .
COPY --from=assets /build/node_modules ./node_modules
RUN /opt/bihuan/bin/python -m api.assets && /opt/bihuan/bin/pip install --no-cache-dir --no-deps .

FROM python:3.11-slim-bookworm
RUN useradd --system --create-home --uid 10001 bihuan && mkdir /data && chown bihuan /data
COPY --from=environment /opt/bihuan /opt/bihuan
USER bihuan
WORKDIR /data
ENV PATH=/opt/bihuan/bin:$PATH
EXPOSE 8012
HEALTHCHECK --interval=10s --timeout=3s CMD ["python", "-c", "import urllib.request as u; u.urlopen('http://127.0.0.1:8012/healthz', timeout=2)"]
CMD ["bihuan", "up", "--data", "/data", "--host", "0.0.0.0"]

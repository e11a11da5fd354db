# Sourced by script/run and script/test: finds a Python that is new enough, as $python.
for python in "$PYTHON" python3.11 python3.12 python3.13 python3.14 python3 ''; do
    [ -n "$python" ] || continue
    "$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && break
done
if [ -z "$python" ]; then
    echo '没有找到 Python 3.11 或更高版本,请先安装(例如:apt install python3.11 python3.11-venv),再重新运行。' >&2
    exit 1
fi
export PYTHONUTF8=1

"""A real browser without a window, for looking at pages that the program writes."""

import re
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

_QUIET = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-dev-shm-usage",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)


@contextmanager
def open_browser(profile: Path) -> Iterator[Any]:
    """Chromium, driven by Selenium; it looks for no driver and reports to nobody. The test is skipped without it."""
    chromium, driver = shutil.which("chromium"), shutil.which("chromedriver")
    if not chromium or not driver:
        pytest.skip("chromium and chromedriver are not on the PATH; the page is not tested in a browser")
    from selenium import webdriver
    from selenium.webdriver.chrome.service import Service

    options = webdriver.ChromeOptions()
    options.binary_location = chromium
    for argument in (*_QUIET, f"--user-data-dir={profile}"):
        options.add_argument(argument)
    options.set_capability("goog:loggingPrefs", {"browser": "ALL"})
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("SE_OFFLINE", "true")
        patch.setenv("SE_AVOID_STATS", "true")
        browser = webdriver.Chrome(options=options, service=Service(driver))
    try:
        yield browser
    finally:
        browser.quit()


def set_screen(browser: Any, *, width: int, scheme: str = "light", media: str = "") -> None:
    """The width in pixels, `light` or `dark`, and `print` for paper."""
    screen = {"width": width, "height": 900, "deviceScaleFactor": 1, "mobile": width < 600}
    browser.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", screen)
    features = [{"name": "prefers-color-scheme", "value": scheme}]
    browser.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": features, "media": media})


def text_colours(browser: Any) -> list[list[str]]:
    """Each pair of colours that text and what is behind it have in a page, and where it begins."""
    found: list[list[str]] = browser.execute_script(_TEXT_COLOURS)
    return found


def luminance(colour: str) -> float:
    """Relative luminance as WCAG 2.1 has it, of `rgb(...)`."""
    shares = (float(part) / 255 for part in re.findall(r"[\d.]+", colour)[:3])
    red, green, blue = (one / 12.92 if one <= 0.04045 else ((one + 0.055) / 1.055) ** 2.4 for one in shares)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    """Contrast ratio as WCAG 2.1 has it, which asks for 4.5; 1 to 21."""
    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)


_TEXT_COLOURS = """
const behind = (element) => {
  for (let one = element; one; one = one.parentElement) {
    const colour = getComputedStyle(one).backgroundColor;
    if (colour !== 'rgba(0, 0, 0, 0)') return colour;
  }
  return 'rgb(255, 255, 255)';
};
const found = new Map();
for (const one of document.querySelectorAll('body *')) {
  const hasText = [...one.childNodes].some((node) => node.nodeType === 3 && node.textContent.trim());
  if (!hasText || !one.checkVisibility() || one.closest('svg') || one.matches('script, option')) continue;
  const pair = [getComputedStyle(one).color, behind(one)];
  if (!found.has(pair.join())) found.set(pair.join(), [...pair, one.outerHTML.slice(0, 80)]);
}
return [...found.values()];
"""

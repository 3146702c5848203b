/** The checks of every detector, which authors of detectors get too. */
export * from "../../src/testing/detector_checks.ts";

/** The example of a detector module passes the checks that it shows. */
import "../../configs/detectors/greeter_test.ts";

/** What every ordinary page does. Full-screen devices start their own modules. */
import { offerThemes, tameMenus } from "./menu.js";
import { keepTimesFresh } from "./time.js";

tameMenus();
offerThemes();
keepTimesFresh();

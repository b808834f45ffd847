/* What layouts/address.py names: a component that draws nothing and tells Dash once what the page's address asks for. */
(function (floorwatch) {
  "use strict";

  floorwatch.Address = function Address({ setProps }) {
    window.React.useEffect(() => setProps({ path: window.location.pathname, search: window.location.search }), []);
    return null;
  };
})((window.floorwatch = window.floorwatch || {}));

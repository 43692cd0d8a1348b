# The V8 archive: the one pin that `cargo xtask` reads too, as a fixed-output download.
{
  lib,
  stdenv,
  fetchurl,
}:
let
  pin = lib.importJSON ../../server/engine/v8-archive.json;
  locked =
    lib.findFirst (package: package.name == "v8") null
      (lib.importTOML ../../Cargo.lock).package;
  target = stdenv.hostPlatform.rust.rustcTarget;
in
assert lib.assertMsg (
  locked != null && locked.version == pin.version
) "server/engine/v8-archive.json pins V8 ${pin.version}, which is not the version in Cargo.lock";
fetchurl {
  url =
    lib.replaceStrings [ "{version}" "{features}" "{target}" ] [ pin.version pin.features target ]
      pin.url;
  sha256 = pin.sha256.${target};
  meta.sourceProvenance = [ lib.sourceTypes.binaryNativeCode ];
}

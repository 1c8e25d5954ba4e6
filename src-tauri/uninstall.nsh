; What Bohao wrote below the user's own root when it became the phone program: see
; src-tauri/src/phone_program/registry.rs. An update runs the uninstaller too, and takes nothing.
!macro NSIS_HOOK_POSTUNINSTALL
  ${If} $UpdateMode <> 1
    DeleteRegKey HKCU "Software\Classes\Bohao.Link"
    DeleteRegKey HKCU "Software\cn.bohao.desk"
    DeleteRegValue HKCU "Software\RegisteredApplications" "Bohao"
  ${EndIf}
!macroend

/** The operator's token: asked for once, kept for as long as the tab is open, shown with everything that is asked for. */
const TOKEN = 'pgprimacy.token'

export const authorization = () => {
  const token = sessionStorage.getItem(TOKEN)
  return token ? { Authorization: `Bearer ${token}` } : {}
}

export const forgetToken = () => sessionStorage.removeItem(TOKEN)

/** True when one was given. Above whatever dialog is open: that has its state, and goes on with it. */
export function askForToken(why) {
  const dialog = document.createElement('dialog')
  dialog.setAttribute('aria-label', 'operator')
  dialog.innerHTML =
    '<form method="dialog"><p></p><label>token <input type="password" required autocomplete="current-password"></label>' +
    '<div class="buttons"><button value="token">Go on</button><button type="button">Cancel</button></div></form>'
  dialog.querySelector('p').textContent = `${why}.`
  dialog.querySelector('button[type=button]').onclick = () => dialog.close()
  document.body.append(dialog)
  dialog.showModal()
  dialog.querySelector('input').focus()
  return new Promise((resolve) => {
    dialog.addEventListener('close', () => {
      const token = dialog.returnValue === 'token' ? dialog.querySelector('input').value.trim() : ''
      if (token) sessionStorage.setItem(TOKEN, token)
      dialog.remove()
      resolve(token !== '')
    })
  })
}

### Português do Brasil. As mesmas mensagens que em en.ftl, com as mesmas variáveis.

## A página

language-english = English
language-portuguese = Português (Brasil)
n-steps = { $steps ->
    [one] { $steps } passo
   *[other] { $steps } passos
}
n-percent = { $percent } %
n-pixels = { $pixels } pixels
error-sentence = { $sentence }

## Ações: o que está nos botões e na lista de teclas

action-brush = Pincel
action-eraser = Borracha
action-eyedropper = Conta-gotas
action-pan = Mover a vista
action-smaller-brush = Pincel menor
action-larger-brush = Pincel maior
action-softer-brush = Pincel mais macio
action-harder-brush = Pincel mais duro
action-opacity = Opacidade { $percent } %
action-swap-colours = Trocar as cores
action-reset-colours = Preto e branco
action-undo = Desfazer
action-redo = Refazer
action-clear = Limpar
action-render = Renderizar
action-cancel = Cancelar
action-keep = Pintar sobre a imagem
action-open-file = Abrir arquivo…
action-save = Salvar
action-save-as = Salvar como…
action-save-picture = Salvar a imagem
action-save-sketch = Salvar o esboço
action-lock-seed = Fixar a semente
action-new-seed = Nova semente
action-zoom-in = Ampliar
action-zoom-out = Reduzir
action-actual-size = Tamanho real
action-fit-view = Ajustar à janela
action-side-by-side = Lado a lado
action-wipe = Cortina entre esboço e imagem
action-under = Imagem sob os traços
action-sketch-only = Só o esboço
action-picture-only = Só a imagem
action-next-view = Próxima vista
action-symmetry = Simetria: { $kind }
action-thirds = Guia: terços
action-perspective = Perspectiva: { $kind }
action-snap = Os traços seguem a perspectiva
action-guide-handles = Alças das guias
action-docks = Painéis
action-settings = Ajustes
action-palette = Todos os comandos
palette-hint = Escreva algumas letras
palette-nothing = Nenhum comando tem estas letras
upscaled = Tamanho duplo
action-help = Teclas

## Passos do histórico

step-brush-stroke = Pincelada
step-eraser-stroke = Traço da borracha
step-straight-line = Linha reta
step-clear = Limpar
step-open-picture = Abrir imagem
step-example = Esboço de exemplo

## O que é dito em voz alta

said-brush-size = { $size } px, dureza { $hardness } %
said-undid = Desfeito: { $step }
said-redid = Refeito: { $step }
said-cleared = A tela foi limpa
said-colour-taken = Cor escolhida: { $colour }
said-no-seed = Uma semente é um número inteiro a partir de 0, e não “{ $text }”
said-picture-opened = A imagem está na tela
said-nothing-to-keep = Ainda não há imagem para manter: renderize primeiro
said-kept = A imagem agora está na tela
said-nothing-to-save = Ainda não há imagem para salvar: renderize primeiro
said-stroke-taken-back = Traço desfeito
said-key-set = Tecla definida: { $action }
said-pressed = Apertado em { $x }, { $y }
said-lifted = Solto em { $x }, { $y }
said-example = { $title } está na tela; renderize
said-render-waits = A imagem será renderizada assim que o modelo estiver carregado

## O estado do motor

status-starting = Iniciando o motor
status-loading = Carregando o modelo
status-loading-percent = Carregando o modelo: { $percent } %
status-waits = { $status }; sua imagem é a próxima
status-ready = Pronto
status-ready-gpu = Pronto na placa de vídeo
status-ready-cpu = Pronto no processador
status-restarted = O motor parou e foi reiniciado; seu desenho está como estava, e você pode continuar
status-reading-prompt = Lendo a descrição
status-looking = Olhando o esboço
status-painting = Pintando: passo { $step } de { $steps }
status-finishing = Terminando a imagem
status-stopping = Parando depois deste passo
status-elapsed = { $status }, { $seconds } s
status-done = Pronto em { $seconds } s com a semente { $seed }
device-gpu = A placa de vídeo calcula: { $name }
device-gpu-software = A placa de vídeo foi pedida; { $name } é software, então é lento
device-cpu-software = O processador calcula, porque a placa de vídeo aqui é software, que é mais lento
device-cpu-no-webgpu = O processador calcula, porque este navegador não oferece WebGPU aqui
device-cpu-asked = O processador foi pedido
device-cpu = O processador calcula, porque nenhuma placa de vídeo pode ser usada aqui
status-cancelled = Cancelado
status-offline = Funciona sem internet
error-sketch-size = Não foi possível redimensionar o esboço para este modelo: { $error }
error-picture-broken = A imagem chegou danificada: { $error }; renderize de novo
error-engine-stopped = O motor parou
error-engine-stopped-rendering = O motor parou no meio da renderização
error-because = { $what } ({ $reason })
error-engine-restarts = { $what } e está sendo reiniciado. Seu desenho está como estava; renderize para tentar de novo
error-engine-lost = { $what }, { $times } vezes seguidas. Seu desenho está como estava; renderize para tentar mais uma vez

## Cores da paleta

colour-titanium-white = Branco de titânio
colour-sky-blue = Azul-celeste
colour-ultramarine = Ultramar
colour-sea-green = Verde-mar
colour-meadow-green = Verde-prado
colour-fir-green = Verde-abeto
colour-lemon-yellow = Amarelo-limão
colour-yellow-ochre = Ocre amarelo
colour-sunset-orange = Laranja-poente
colour-barn-red = Vermelho-celeiro
colour-burnt-umber = Terra de sombra queimada
colour-slate = Ardósia

## O esboço e a caixa de tintas

sketch-title = Esboço
sketch-canvas = Tela: pinte com mouse, caneta ou dedo; aperte ? para ver as teclas
sketch-hint = Comece pelas formas grandes
sketch-hint-detail = Céu, chão, um sol. Não precisa ser caprichado.
view-title = Vista
page-title = Página
docks-title = Painéis
stroke-opacity = Traços
tools-title = Ferramentas
tools-all = Todas as ferramentas
colour-title = Cor
colour-hue = Matiz
colour-saturation = Saturação
colour-value = Brilho
colour-hex = Cor como #rrggbb
said-no-colour = “{ $text }” não é uma cor: escreva como #4a7fc1
colours-title = Cores
colour-used-before = Já usada: { $colour }
brush-title = Pincel
quick-title = Tamanho e opacidade do pincel
brush-size = Tamanho
brush-size-unit = px
brush-hardness = Dureza
brush-opacity = Opacidade
brush-pressure-size = A pressão da caneta muda o tamanho
brush-pressure-opacity = A pressão da caneta muda a opacidade

## A imagem

picture-title = Imagem
picture-none = Ainda não há imagem
picture-hint = A imagem fica aqui
picture-hint-detail = Diga o que é o esboço e renderize.
picture-untitled = Sem palavras
picture-facts = Semente { $seed } · força { $strength } · { $steps } · { $seconds } s
picture-keep = Pintar sobre ela
picture-save = Salvar PNG
progress-title = Progresso
progress-starting = Iniciando o motor…
progress-loading = Carregando o modelo…
progress-stopping = Parando…
progress-reading-prompt = Lendo a descrição…
progress-looking = Olhando o esboço…
progress-step = Passo { $step } de { $steps }
progress-finishing = Terminando…

## O que pintar, e como

prompt-title = Descrição
prompt-hint = O que é? Em inglês: a lake at dawn, a lighthouse in a storm…
composer-more = Força, estilo e modo ao vivo
prompt-examples = Descrições para experimentar
negative-title = Descrição negativa
negative-hint = O que não deve aparecer
strength-title = Força
strength-restyle = reestilizar
strength-transform = transformar
strength-reimagine = reimaginar
steps-title = Passos
guidance-title = Orientação
sampler-title = Amostrador
sampler-own = O do modelo
sampler-own-named = O do modelo: { $sampler }
free-paper = O papel em branco pode virar qualquer coisa
seed-title = Semente
seed-hint = Nova a cada renderização
render-settings-title = Ajustes da imagem

## Teclas

keys-title = Teclas
keys-opacity-range = Opacidade 10 % … 100 %
keys-held-colour = Escolher uma cor
keys-held-view = Mover a vista
keys-held-line = Linha reta
keys-size-by-dragging = Tamanho, dureza
keys-single-layers = Escolher camadas avulsas
keys-alt-drag = Alt + botão direito
keys-ctrl-alt-drag = { $ctrl } + Alt + arrastar
keys-alt-eye = Alt + clique no olho
keys-ctrl-thumbnail = { $ctrl } + clique na miniatura
keys-ctrl-arrows = { $ctrl } + ↑ ↓
keys-ctrl-space = { $ctrl } + Espaço
key-enter = Enter
key-escape = Esc
key-delete = Delete
keys-by-keyboard = Pintar pelo teclado: vá até a tela com Tab, mova com as setas (Shift: longe, Ctrl: um pixel), aperte e solte com Enter ou Espaço
keys-reset-all = Restaurar todas as teclas
keys-note = Aperte o botão de uma linha e depois as novas teclas. Esc deixa tudo como estava.
keys-press = Aperte as novas teclas…
keys-none = nenhuma
keys-remove = Remover a tecla
keys-reset = Restaurar
keys-taken = { $action } já usa esta tecla; dê outra a essa ação primeiro
keys-of-browser = O navegador reserva esta tecla
keys-of-page = Esta tecla serve para percorrer a página e apertar botões
key-space = Espaço
keys-hold = Segure { $key }

## Ajustes

language-title = Idioma
language-browser = Como o navegador
theme-title = Tema
theme-system = Como o sistema
theme-light = Claro
theme-dark = Escuro
fingers-title = Um dedo na tela
fingers-automatic = Pinta até aparecer uma caneta
fingers-paint = Pinta
fingers-pan = Move a vista
fingers-note = Dois dedos movem, ampliam e giram a vista; fechados depressa, mostram a tela inteira. Um toque de dois desfaz, de três refaz, de quatro recolhe os painéis. Um dedo parado pega a cor debaixo dele.

## Avisos

notice-render-again = Renderizar de novo
notice-dismiss = Dispensar
notice-update = Há uma versão nova do Underpaint. O que você pinta fica guardado neste dispositivo enquanto a página recarrega.
notice-save-sketch = Salvar o esboço
notice-reload = Recarregar
notice-later = Depois
## Primeira visita

welcome-title = Faça um esboço rápido e diga o que ele é
welcome-text = Um modelo nesta mesma aba faz dele uma imagem; nada sai da sua máquina. Experimente um destes ou comece no papel em branco.
welcome-blank = Começar no papel em branco
welcome-again = Mostrar de novo o cartão de boas-vindas
example-meadow = Campina
example-lake = Lago ao pôr do sol
example-winter = Noite de inverno

close = Fechar

## Camadas e histórico

layer-named = { $name }
layer-unnamed-paint = Camada { $number }
layer-unnamed-group = Grupo { $number }
layer-unnamed-reference = Referência { $number }
layer-unnamed-render = Imagem ao vivo { $number }

step-layer-add = Nova camada
step-layer-delete = Excluir camada
step-layer-duplicate = Duplicar camada
step-layer-merge = Mesclar para baixo
step-layer-flatten-group = Achatar grupo
step-layer-flatten = Achatar todas as camadas
step-layer-group = Agrupar
step-layer-ungroup = Desagrupar
step-layer-move = Mover camada
step-layer-bake = Transformar em pintura
step-layer-rename = Renomear camada
step-layer-opacity = Opacidade da camada
step-layer-blend = Modo de mesclagem
step-layer-show = Mostrar camada
step-layer-hide = Ocultar camada
step-layer-alone = Mostrar só uma camada
step-layer-lock = Bloquear camada
step-layer-unlock = Desbloquear camada
step-layer-lock-alpha = Bloqueio da transparência
step-layer-clip = Recortar pela camada abaixo
step-layer-kind = Uso da camada
step-layers-delete = Excluir camadas
step-layers-duplicate = Duplicar camadas
step-layers-merge = Mesclar camadas
step-layers-move = Mover camadas
step-layers-show = Mostrar camadas
step-layers-hide = Ocultar camadas

said-layer-chosen = { $layer } está ativa
said-layer-added = { $layer } foi adicionada
said-layer-deleted = { $layer } foi excluída
said-layer-duplicated = { $layer } foi duplicada
said-layer-merged = Mesclada em { $layer }
said-layer-flattened = { $layer } agora é uma só camada
said-layers-flattened = Todas as camadas agora são uma: { $layer }
said-layer-grouped = { $layer } está em um novo grupo
said-layer-ungrouped = { $layer } foi desagrupado
said-layer-moved = { $layer } foi movida
said-layer-raised = { $layer } subiu
said-layer-lowered = { $layer } desceu
said-layer-baked = { $layer } agora é pintura
said-layer-shown = { $layer } está visível
said-layer-hidden = { $layer } está oculta
said-layer-alone = Só { $layer } está visível
said-layer-locked = { $layer } está bloqueada
said-layer-unlocked = { $layer } está desbloqueada
said-layers-chosen = { $layers ->
    [one] Uma camada está escolhida
   *[other] { $layers } camadas estão escolhidas
}
said-layers-deleted = { $layers ->
    [one] Uma camada foi excluída
   *[other] { $layers } camadas foram excluídas
}
said-layers-duplicated = { $layers ->
    [one] Uma camada foi duplicada
   *[other] { $layers } camadas foram duplicadas
}
said-layers-merged = { $layers } camadas agora são uma
said-layers-grouped = { $layers ->
    [one] Uma camada está em um novo grupo
   *[other] { $layers } camadas estão em um novo grupo
}
said-layers-moved = { $layers ->
    [one] Uma camada foi movida
   *[other] { $layers } camadas foram movidas
}
said-layers-shown = { $layers ->
    [one] Uma camada está visível
   *[other] { $layers } camadas estão visíveis
}
said-layers-hidden = { $layers ->
    [one] Uma camada está oculta
   *[other] { $layers } camadas estão ocultas
}
said-obstacle-locked = Esta camada está bloqueada: desbloqueie-a ou escolha outra para pintar
said-obstacle-hidden = Esta camada está oculta: mostre-a ou escolha outra para pintar
said-obstacle-group = Isto é um grupo: escolha uma camada dele para pintar
said-history-at = De volta a: { $step }
said-history-at-start = De volta ao começo

blend-normal = Normal
blend-multiply = Multiplicar
blend-screen = Divisão
blend-overlay = Sobrepor
blend-darken = Escurecer
blend-lighten = Clarear
blend-color-dodge = Subexposição de cores
blend-color-burn = Superexposição de cores
blend-hard-light = Luz direta
blend-soft-light = Luz indireta
blend-difference = Diferença
blend-exclusion = Exclusão
blend-hue = Matiz
blend-saturation = Saturação
blend-color = Cor
blend-luminosity = Luminosidade
blend-add = Adicionar
blend-subtract = Subtrair
blend-divide = Dividir
blend-linear-burn = Superexposição linear
blend-linear-light = Luz linear
blend-vivid-light = Luz brilhante
blend-pin-light = Luz do pino
blend-hard-mix = Mistura sólida

## Renderizar como parte de pintar

action-strength-brush = Pincel de força
action-add-to-queue = Pôr na fila
action-live = Ao vivo
action-pause-live = Pausar o modo ao vivo
action-keep-layer = Manter como camada
step-strength = Força pintada
step-strength-clear = Limpar a força pintada
step-keep-live = Imagem na camada ao vivo
step-keep-layer = Manter como camada
said-live-on = Ao vivo: as imagens seguem a sua pintura
said-live-paused = O modo ao vivo está em pausa
said-live-off = O modo ao vivo está desligado
said-live-rests = O modo ao vivo parou: três imagens seguidas falharam
said-queue-full = A fila está cheia: { $pictures } imagens já esperam
said-remembered = A imagem está na galeria
said-picture-deleted = Imagem excluída; dá para recuperá-la
said-picture-undeleted = A imagem foi recuperada
said-restored = Os ajustes são os da imagem
said-styles-added = { $styles ->
    [one] { $styles } estilo adicionado
   *[other] { $styles } estilos adicionados
}
plan-steps = { n-steps } a partir do nível de ruído { $level }, { $width } × { $height }
plan-steps-timed = { plan-steps }, cerca de { $seconds } s neste dispositivo
plan-noise = { n-steps } a partir de puro ruído, { $width } × { $height }: o esboço não é usado
plan-noise-timed = { plan-noise }, cerca de { $seconds } s neste dispositivo
plan-sketch = Nenhum passo, { $width } × { $height }: a imagem é o seu esboço como está
plan-sketch-timed = { plan-sketch }, cerca de { $seconds } s neste dispositivo
plan-painted = { n-steps }, onde está mais livre desde o nível de ruído { $level }, { $width } × { $height }
plan-painted-timed = { plan-painted }, cerca de { $seconds } s neste dispositivo
plan-enlarged = { $plan }; ampliada para { $width } × { $height }
plan-selection = { $plan }; só a seleção
plan-pictures = { $pictures } imagens: { $plan }
prompt-keys = Ctrl+Cima e Ctrl+Baixo mudam o peso das palavras sob o cursor; Cima no início e Baixo no fim percorrem as descrições anteriores
unknown-words = O modelo não conhece:
unknown-replace = O modelo não conhece “{ $word }”: usar “{ $known }”
styles-title = Estilos
style-none = Sem estilo
style-new = Novo estilo
style-name = Nome
style-words = Palavras, com {"{prompt}"} no lugar da descrição
style-add = Novo
style-remove = Excluir
styles-import = Importar
styles-export = Exportar
styles-restore = Restaurar
variations-title = Variações
variations-count = Imagens a cada renderização
queue-cancel-waiting = Cancelar as que esperam
queue-cancel-all = Cancelar todas
cell-waiting = Semente { $seed }: esperando; toque para cancelar
cell-running = Semente { $seed }: pintando; toque para cancelar
cell-done = Semente { $seed }: pronta; toque para mostrá-la
cell-failed = Semente { $seed }: falhou
cell-cancelled = Semente { $seed }: cancelada
gallery-title = Galeria
gallery-empty = Pressione Renderizar e cada imagem pronta aparece aqui
gallery-left-out = Imagens mais antigas que não cabem no documento e se perdem ao fechar a página: { $pictures }
gallery-picture = Imagem { $number }
gallery-remember = Guardar
gallery-restore = Usar os ajustes
gallery-compare = Comparar
gallery-keep-layer = Manter como camada
gallery-keep-live = Para a camada ao vivo
gallery-save = Salvar
gallery-delete = Excluir
gallery-undelete = Recuperar
gallery-parameters = Parâmetros da imagem
gallery-copy = Copiar parâmetros
said-parameters-copied = Os parâmetros estão copiados
said-no-parameters = Não há texto para colar: copie primeiro os parâmetros de uma imagem
compare-left = À esquerda da linha
compare-right = À direita da linha
freedom-title = Aqui o modelo está
freedom-keep = de fora
freedom-less = contido
freedom-neutral = padrão
freedom-more = mais livre
freedom-free = livre
freedom-opacity = Traço
selection-only = Renderizar só a seleção
render-more = Mais
size-title = Imagem
size-own = Próprio
size-own-known = Próprio: { $pixels }
aspect-title = Tela
aspect-own = { $width } × { $height }
sigmas-title = Níveis de ruído
sigmas-own = Como o modelo diz
sigmas-timesteps = Passos uniformes
sigmas-karras = Karras
sigmas-exponential = Exponenciais
compat-title = A força conta
compat-continuous = Como nível de ruído
compat-diffusers = Como passos, como em diffusers
clip-skip-title = Camadas CLIP omitidas
parameters-paste = Colar parâmetros
style-oil = Óleo
style-watercolour = Aquarela
style-gouache = Guache
style-pastel = Pastel seco
style-ink = Nanquim
style-impressionist = Impressionista
style-poster = Cartaz de viagem
style-pixel = Arte em pixels
style-low-poly = Poucos polígonos
style-photograph = Fotografia

## Brushes

## Nomes
brush-round = Redondo
brush-pencil = Lápis
brush-ink = Nanquim
brush-flat = Cerdas chatas
brush-chalk = Giz
brush-airbrush = Aerógrafo
brush-watercolour = Aquarela
brush-marker = Marcador
brush-smudge = Esfuminho
brush-eraser = Borracha

## O que foi feito
brush-chosen = { $name }
brush-saved = Mudanças do pincel salvas
brush-saved-as = Salvo como { $name }
brush-renamed = O pincel agora se chama { $name }
brush-deleted = Pincel retirado da lista
brush-was-reset = Pincel como era antes
brushes-restored = Os pincéis que vieram com o Underpaint estão de volta
brushes-imported = { $count ->
    [0] Nada de novo: todos estes pincéis já estão na lista
    [one] Um pincel adicionado
   *[other] { $count } pincéis adicionados
}
brush-import-failed = Nenhum pincel foi adicionado: { $reason }. Escolha um arquivo que foi exportado aqui
brush-needs-name = Um pincel precisa de um nome: digite um
brush-list-full = A lista de pincéis está cheia: retire um primeiro
brush-last-stays = O último pincel do seu tipo fica: adicione outro primeiro

## A lista
brushes-title = Pincéis
brush-save = Salvar mudanças
brush-save-as = Salvar como novo pincel
brush-rename = Renomear
brush-delete = Retirar da lista
brush-reset = Restaurar
brush-reset-hint = Desfaz as mudanças; na segunda vez, um pincel que veio com o Underpaint volta a ser como veio
brush-export = Exportar este pincel
brushes-export = Exportar todos os pincéis
brushes-import = Importar pincéis
brushes-restore = Trazer de volta os pincéis originais

## Números
brush-number-size-px = Tamanho
brush-number-hardness = Dureza
brush-number-opacity = Opacidade
brush-number-flow = Fluxo
brush-number-spacing = Espaçamento
brush-number-aspect = Largura da ponta
brush-number-rotation-degrees = Rotação
brush-number-rotation-jitter = Rotação ao acaso
brush-number-size-jitter = Tamanho ao acaso
brush-number-tone-jitter = Tom ao acaso
brush-number-scatter = Dispersão
brush-number-grain-depth = Profundidade da textura
brush-number-grain-scale = Tamanho da textura
brush-number-edge = Borda escura
brush-number-smudge-rate = Arraste
brush-number-smudge-colour = Cor própria no arraste
brush-number-smoothing = Suavização
brush-number-string-px = Comprimento do fio
brush-number-average = Duração da média

## Escolhas
brush-tip = Ponta
brush-tip-round = Redonda
brush-tip-chalk = Giz
brush-tip-bristle = Cerdas
brush-tip-flat-bristle = Cerdas chatas
brush-grain = Textura
brush-grain-none = Nenhuma
brush-grain-paper = Papel
brush-grain-canvas = Tela
brush-grain-blotch = Papel molhado
brush-gathering = Dentro de um traço
brush-gathering-wash = Aguada uniforme
brush-gathering-build-up = Acumula
brush-blend = Sobre o que existe
brush-blend-normal = Cobre
brush-blend-multiply = Veladura
brush-rotation-source = Girada por
brush-rotation-source-fixed = Nada
brush-rotation-source-direction = O traço
brush-rotation-source-tilt = A inclinação da caneta
brush-rotation-source-twist = A torção da caneta
brush-stabiliser = Estabilizador
brush-stabiliser-none = Desligado
brush-stabiliser-pulled-string = Fio puxado
brush-stabiliser-moving-average = Média móvel

## Curvas
brush-curves = Dinâmica da caneta
brush-parameter-size = Tamanho
brush-parameter-opacity = Opacidade
brush-parameter-flow = Fluxo
brush-parameter-hardness = Dureza
brush-parameter-aspect = Largura da ponta
brush-parameter-scatter = Dispersão
brush-input-pressure = Pressão
brush-input-tilt = Inclinação
brush-input-speed = Velocidade

## Tools

action-line = Linha
action-rectangle = Retângulo
action-ellipse = Elipse
action-polygon = Polígono
action-fill = Preencher
action-gradient = Degradê
action-select-rectangle = Selecionar um retângulo
action-select-ellipse = Selecionar uma elipse
action-lasso = Laço
action-wand = Varinha mágica
action-transform = Mover e transformar
action-crop = Cortar a tela
action-select-all = Selecionar tudo
action-deselect = Cancelar a seleção
action-invert-selection = Inverter a seleção
action-select-pixels = Selecionar os pixels da camada
action-show-layer = Mostrar ou ocultar a camada
action-layer-alone = Mostrar só esta camada
action-copy = Copiar
action-copy-merged = Copiar o que se vê
action-cut = Recortar
action-paste = Colar
action-fill-selection = Preencher com a cor
action-delete-selected = Apagar o selecionado
action-flip-across = Espelhar na horizontal
action-flip-down = Espelhar na vertical
action-turn-canvas-right = Girar a tela para a direita
action-turn-canvas-left = Girar a tela para a esquerda
action-flip-canvas = Espelhar a tela
action-apply = Aplicar
action-mirror-view = Espelhar a vista
action-turn-view-right = Girar a vista para a direita
action-turn-view-left = Girar a vista para a esquerda
action-straighten-view = Endireitar a vista
step-line = Linha
step-rectangle = Retângulo
step-ellipse = Elipse
step-polygon = Polígono
step-fill = Preenchimento
step-gradient = Degradê
step-select = Seleção
step-select-pixels = Selecionar pixels
step-select-all = Selecionar tudo
step-deselect = Cancelar a seleção
step-invert-selection = Inverter a seleção
step-feather-selection = Suavizar a seleção
step-grow-selection = Aumentar a seleção
step-shrink-selection = Diminuir a seleção
step-move-selection = Mover a seleção
step-cut = Recortar
step-paste = Colar
step-delete = Apagar
step-transform = Transformação
step-canvas-size = Tamanho da tela
step-scale-canvas = Redimensionar a imagem
step-flip-canvas = Espelhar a tela
step-turn-canvas = Girar a tela
said-selected = Selecionado
said-deselected = Nada está selecionado
said-layer-empty = Não há tinta nesta camada
said-nothing-selected = Nada está selecionado: contorne algo primeiro
said-copied = Copiado
said-nothing-to-copy = Não há tinta para copiar aqui
said-pasted = Colado como nova camada
said-nothing-to-paste = Nada foi copiado ainda
said-nothing-to-transform = Não há tinta para transformar aqui
said-transformed = Transformado
said-tool-taken-back = Desfeito
said-layer-closed = Esta camada não pode ser alterada: é um grupo, está bloqueada ou oculta

### Panels: tool options, layers, history, brushes

options-guides = Guias
options-more = Mais
options-title = Opções da ferramenta
option-opacity = Opacidade %
option-tolerance = Tolerância
option-gap = Fechar vãos px
option-expand = Expandir px
option-contiguous = Contíguo
option-all-layers = Todas as camadas
option-smooth-edge = Bordas suaves
option-outline = Contorno
option-filled = Preenchido
option-width = Largura px
option-round = Arredondado
option-gradient = Tipo
gradient-linear = Linear
gradient-radial = Radial
option-fades = Desvanece
option-selection-mode = Modo
selection-replace = Nova
selection-add = Somar
selection-subtract = Subtrair
selection-intersect = Interseção
option-feather = Difusão px
option-grow = Crescer px
option-soften = Suavizar px
option-move-across = Direita px
option-move-down = Abaixo px
option-turn = Girar °
option-scale = Escala %
option-skew = Inclinar °
option-pick-layer = Só desta camada
option-symmetry = Simetria
symmetry-off = Desligada
symmetry-vertical = Esquerda e direita
symmetry-horizontal = Acima e abaixo
symmetry-both = Ambas
symmetry-radial = Radial
symmetry-kaleidoscope = Caleidoscópio
option-folds = Partes
option-symmetry-turn = Girada °
option-thirds = Terços
option-perspective = Perspectiva
perspective-none = Nenhuma
perspective-one = Um ponto
perspective-two = Dois pontos
perspective-three = Três pontos
option-snap = Guiar os traços

layers-title = Camadas
layers-actions = O que fazer com as camadas
layer-visible = Visível
layer-visible-hint = Visível (Alt+clique: só esta camada)
layer-lock = Bloquear a camada
layer-alpha-lock = Bloquear a transparência
layer-clip = Recortar pela camada abaixo
layer-opacity = Opacidade
layer-blend = Modo de mesclagem
layer-kind = Uso
layer-kind-paint = Pintura
layer-kind-reference = Referência
layer-kind-render = Imagem ao vivo
layer-add = Nova camada
layer-group = Agrupar a camada
layer-duplicate = Duplicar a camada
layer-up = Mover para cima
layer-down = Mover para baixo
layer-merge = Mesclar com a de baixo
layer-flatten = Achatar tudo
layer-delete = Excluir a camada
layer-ungroup = Desagrupar
layer-flatten-group = Achatar o grupo
layer-bake = Tornar pintura
layer-rename = Renomear a camada
layer-fold = Dobrar o grupo
layers-several = Escolher várias
history-title = Histórico
history-start = Papel em branco
brush-name = Nome do pincel
brush-all = Todos os ajustes
brush-curve-of = Grandeza
brush-curve-by = Segue
brush-curve-add = Adicionar um ponto
brush-curve-off = Desligar
brush-more = Mais
brush-curve-point = Ponto { $number }: em { $input } % { $factor } %
brush-keep-name = Salvar

### handles on the canvas

option-size = Tamanho
option-brush-opacity = Opacidade
option-flow = Fluxo
option-crop-aspect = Forma
option-crop-width = Largura
option-crop-height = Altura
option-move-guides = Alças
crop-free = Livre
crop-own = Como a tela
crop-1-1 = 1 : 1
crop-4-3 = 4 : 3
crop-3-4 = 3 : 4
crop-3-2 = 3 : 2
crop-2-3 = 2 : 3
crop-16-9 = 16 : 9
crop-9-16 = 9 : 16
said-handle = As setas movem { $handle }
said-handle-left = As setas não movem mais nenhuma alça
said-handle-upper-left = o canto superior esquerdo
said-handle-upper-right = o canto superior direito
said-handle-lower-right = o canto inferior direito
said-handle-lower-left = o canto inferior esquerdo
said-handle-upper = o lado superior
said-handle-right = o lado direito
said-handle-lower = o lado inferior
said-handle-left-side = o lado esquerdo
said-handle-frame = a moldura
said-handle-symmetry = o centro da simetria
said-handle-vanishing = um ponto de fuga
said-symmetry-centred = A simetria está no centro
said-guide-on = { $guide }: ativado
said-guide-off = { $guide }: desativado

### documents

files-title = Arquivos
files-note = O que você pinta fica guardado neste dispositivo. O PNG salvo é o projeto inteiro: solte-o aqui para continuar.
new-size = Tamanho do novo documento
new-document = Novo
import-layer = Importar como camada…
new-size-own = Tamanho próprio
files-export = Salvar uma cópia
writing-file = Salvando o arquivo
save-project = Projeto PNG
export-ora = OpenRaster
export-flat = PNG simples
export-jpeg = JPEG
export-webp = WebP
export-quality = Qualidade
export-note = JPEG e WebP são só a imagem, sobre papel branco: as camadas ficam de fora.
copy-picture = Copiar a imagem
show-film = Time-lapse…
drop-here = Solte para abrir
document-untitled = Sem título
document-open = Abrir { $name }
document-rename = Nome de { $name }
document-duplicate = Duplicar { $name }
document-delete = Excluir { $name }
document-copy-of = { $name } (cópia)
duplicate = Duplicar
delete = Excluir
film-title = Time-lapse
film-empty = Nada foi pintado ainda
film-play = Reproduzir
film-length = Duração
film-size = Tamanho
film-export = Exportar WebM
film-cancel = Parar
step-add-picture = Adicionar imagem
said-new-document = Novo documento
said-document-opened = Documento aberto
said-document-restored = { $name } está como você deixou
said-document-elsewhere = Este documento está aberto em outra aba: feche-o lá primeiro
said-document-taken = Outra aba está pintando este documento; aqui dá para vê-lo
said-read-only = Outra aba está pintando este documento: volte a pintar aqui, ou pinte em uma cópia
elsewhere-title = Aberto em outra aba
elsewhere-text = “{ $name }” está aberto em outra aba. Pintar em duas abas ao mesmo tempo perderia traços de uma delas.
elsewhere-here = Pintar aqui
elsewhere-copy = Pintar em uma cópia
notice-taken = Outra aba está pintando “{ $name }”. Aqui dá para vê-lo.
notice-take-back = Voltar a pintar aqui
notice-deleted = “{ $name }” foi excluído
said-older-version = A última versão estava danificada: esta é a anterior
said-only-picture = Só veio a imagem: { $error }
said-not-kept = Não foi possível guardar o documento: { $error }
said-picture-added = Imagem adicionada como camada
said-picture-copied = Imagem copiada
said-saved-as = Salvo como { $name }
said-file-saved = Arquivo salvo
said-file-refused = { $name } não foi aberto: { $problem }
said-files-refused = { $first }. Também não: { $others }
said-made-smaller = { $name } foi reduzido: de { $width } × { $height } para { $new-width } × { $new-height } pixels
error-damaged = o arquivo { $format } está danificado
error-cut-short = o arquivo { $format } está incompleto
error-size = { $width } × { $height } pixels não é possível; cada lado deve ter de 1 a { $limit }
error-not-a-picture = está danificado ou não é uma imagem que este navegador lê; PNG, JPEG e WebP sempre funcionam
error-storage-full = o navegador não tem mais espaço para este site; exclua documentos ou libere espaço no disco, e salve o desenho como arquivo
error-encrypted = está criptografado
error-psb = é um documento grande (PSB); salve-o como PSD
error-colour-mode = as cores não são RGB nem tons de cinza; mude o modo para RGB
error-bit-depth = não tem 8 nem 16 bits por canal
error-newer-version = foi feito por uma versão mais nova deste programa; recarregue a página
error-unknown-format = não é PNG, OpenRaster (.ora) nem Photoshop (.psd)
error-odd-file = não segue as regras de arquivos { $format }; salve-o de novo onde foi feito
error-brush-file = não é um arquivo de pincéis
error-layer-count = não pode haver mais de { $limit } camadas; mescle algumas
error-misfit = suas partes não combinam
error-file-unreadable = não foi possível ler o arquivo: movido ou alterado? Abra-o de novo
error-file-too-large = passa de { $limit } MB
error-too-many-pixels = { $width } × { $height } pixels são demais; diminua-o
error-no-document-store = este navegador não guarda documentos aqui; salve o desenho como arquivo antes de fechar a página, ou use uma janela comum
error-document-missing = o documento não está mais lá: excluído em outra aba?
error-document-broken = o documento está danificado; abra um arquivo salvo dele
error-clipboard-closed = o navegador não abre a área de transferência; use Ctrl+V
error-no-video = este navegador não faz vídeos; Chrome, Edge e Firefox atuais fazem
error-missing = este navegador não tem { $interface } aqui; use um atual e um endereço https://
error-refused = o navegador recusou ({ $action }: { $message })
error-broken-site = uma parte desta página falta ou está quebrada; recarregue-a
leave-unkept = Não foi possível guardar “{ $name }” neste dispositivo: se não estiver salvo como arquivo, será perdido. Continuar sem ele?
error-no-picture = não há nenhuma imagem nele

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
action-keep = Transformar em pintura
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
action-docks = Painéis
action-settings = Ajustes
action-help = Teclas

## Passos do histórico

step-brush-stroke = Pincelada
step-eraser-stroke = Traço da borracha
step-straight-line = Linha reta
step-clear = Limpar
step-open-picture = Abrir imagem
step-keep-picture = Manter a imagem

## O que é dito em voz alta

said-undid = Desfeito: { $step }
said-redid = Refeito: { $step }
said-cleared = A tela foi limpa
said-colour-taken = Cor escolhida: { $colour }
said-no-seed = Uma semente é um número inteiro a partir de 0, e não “{ $text }”
said-picture-opened = A imagem está na tela
said-nothing-to-keep = Ainda não há imagem para manter: renderize primeiro
said-kept = A imagem agora é pintura
said-nothing-to-save = Ainda não há imagem para salvar: renderize primeiro
said-stroke-taken-back = Traço desfeito
said-key-set = Tecla definida: { $action }
said-pressed = Apertado em { $x }, { $y }
said-lifted = Solto em { $x }, { $y }
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
easels-title = Cavalete à vista
tools-title = Ferramentas
colour-title = Cor
colours-title = Cores
colour-used-before = Já usada: { $colour }
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
prompt-hint = O que é? Um lago ao amanhecer, um farol na tempestade…
prompt-examples = Descrições para experimentar
negative-title = Descrição negativa
negative-hint = O que não deve aparecer
strength-title = Força
strength-restyle = reestilizar
strength-transform = transformar
strength-reimagine = reimaginar
steps-title = Passos
guidance-title = Orientação
runs-no-steps = Nenhum passo: a imagem é o seu esboço
runs-steps = Roda { n-steps }
runs-from-noise = Roda { n-steps } a partir de puro ruído: o esboço não conta
sampler-title = Amostrador
sampler-own = O do modelo
sampler-own-named = O do modelo: { $sampler }
free-paper = O papel em branco pode virar qualquer coisa
seed-title = Semente
seed-hint = Nova a cada renderização
settings-more = Todos os ajustes
settings-fewer = Menos ajustes

## Teclas

keys-title = Teclas
keys-opacity-range = Opacidade 10 % … 100 %
keys-held-colour = Escolher uma cor
keys-held-view = Mover a vista
keys-held-line = Linha reta
key-enter = Enter
key-escape = Esc
key-delete = Delete
keys-taken = { $action } já usa esta tecla; dê outra a essa ação primeiro
keys-of-browser = O navegador reserva esta tecla
keys-of-page = Esta tecla serve para percorrer a página e apertar botões
key-space = Espaço
keys-hold = Segure { $key }

## Ajustes

theme-system = Como o sistema
theme-light = Claro
theme-dark = Escuro

## Avisos

notice-render-again = Renderizar de novo
notice-dismiss = Dispensar
notice-update = Há uma versão nova do Underpaint. Recarregar apaga o esboço; salve-o antes, se quiser ficar com ele.
notice-save-sketch = Salvar o esboço
notice-reload = Recarregar
notice-later = Depois
close = Fechar

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
action-deselect = Desfazer a seleção
action-invert-selection = Inverter a seleção
action-copy = Copiar
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
step-select-all = Selecionar tudo
step-deselect = Desfazer a seleção
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
said-nothing-selected = Nada está selecionado: contorne algo primeiro
said-copied = Copiado
said-nothing-to-copy = Não há tinta para copiar aqui
said-pasted = Colado como nova camada
said-nothing-to-paste = Nada foi copiado ainda
said-nothing-to-transform = Não há tinta para transformar aqui
said-transformed = Transformado
said-tool-taken-back = Desfeito
said-layer-closed = Esta camada não pode ser alterada: é um grupo, está bloqueada ou oculta

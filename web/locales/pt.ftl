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
key-space = Espaço
keys-hold = Segure { $key }

## Avisos

notice-render-again = Renderizar de novo
notice-dismiss = Dispensar
notice-update = Há uma versão nova do Underpaint. Recarregar apaga o esboço; salve-o antes, se quiser ficar com ele.
notice-save-sketch = Salvar o esboço
notice-reload = Recarregar
notice-later = Depois
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
step-layer-lock = Bloquear camada
step-layer-unlock = Desbloquear camada
step-layer-lock-alpha = Bloqueio da transparência
step-layer-clip = Recortar pela camada abaixo
step-layer-kind = Uso da camada

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
said-layer-locked = { $layer } está bloqueada
said-layer-unlocked = { $layer } está desbloqueada
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
